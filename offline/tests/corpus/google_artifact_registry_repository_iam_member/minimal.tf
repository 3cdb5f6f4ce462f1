resource "google_artifact_registry_repository_iam_member" "minimal" {
  location   = google_artifact_registry_repository.minimal.location
  repository = google_artifact_registry_repository.minimal.name
  role       = "roles/artifactregistry.reader"
  member     = "user:someone@example.com"
}
