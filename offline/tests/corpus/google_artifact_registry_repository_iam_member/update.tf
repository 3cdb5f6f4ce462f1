resource "google_artifact_registry_repository_iam_member" "full" {
  project    = "corpus-example"
  location   = "us-central1"
  repository = google_artifact_registry_repository.full.id
  role       = "roles/artifactregistry.repoAdmin"
  member     = google_service_account.minimal.member
}
