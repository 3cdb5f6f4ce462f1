resource "google_artifact_registry_repository" "minimal" {
  repository_id = "repository-minimal"
  format        = "DOCKER"
}
