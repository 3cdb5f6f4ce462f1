resource "google_artifact_registry_repository" "policy_minimal" {
  repository_id = "repository-policy-minimal"
  format        = "DOCKER"
}

resource "google_artifact_registry_repository_iam_policy" "minimal" {
  repository  = google_artifact_registry_repository.policy_minimal.name
  policy_data = jsonencode({ bindings = [{ role = "roles/artifactregistry.reader", members = ["user:someone@example.com"] }] })
}
