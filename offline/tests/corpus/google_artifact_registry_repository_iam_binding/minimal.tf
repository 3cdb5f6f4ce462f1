resource "google_artifact_registry_repository" "binding_minimal" {
  repository_id = "repository-binding-minimal"
  format        = "DOCKER"
}

resource "google_artifact_registry_repository_iam_binding" "minimal" {
  repository = google_artifact_registry_repository.binding_minimal.name
  role       = "roles/artifactregistry.reader"
  members    = ["user:someone@example.com"]
}
