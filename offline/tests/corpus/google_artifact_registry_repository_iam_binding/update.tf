resource "google_artifact_registry_repository" "binding_full" {
  repository_id = "repository-binding-full"
  format        = "DOCKER"
}

resource "google_artifact_registry_repository_iam_binding" "full" {
  project    = "corpus-example"
  location   = "us-central1"
  repository = google_artifact_registry_repository.binding_full.id
  role       = "roles/artifactregistry.writer"
  members    = [google_service_account.minimal.member, "group:team@example.com"]
}
