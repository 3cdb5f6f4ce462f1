resource "google_artifact_registry_repository" "policy_full" {
  repository_id = "repository-policy-full"
  format        = "DOCKER"
}

data "google_iam_policy" "repository_policy" {
  binding {
    role    = "roles/artifactregistry.writer"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/artifactregistry.reader"
    members = ["user:someone@example.com"]
  }
}

resource "google_artifact_registry_repository_iam_policy" "full" {
  project     = "corpus-example"
  location    = "us-central1"
  repository  = google_artifact_registry_repository.policy_full.id
  policy_data = data.google_iam_policy.repository_policy.policy_data
}
