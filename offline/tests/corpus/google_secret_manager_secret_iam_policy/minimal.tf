resource "google_secret_manager_secret" "policy_minimal" {
  secret_id = "secret-policy-minimal"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_policy" "minimal" {
  secret_id   = google_secret_manager_secret.policy_minimal.secret_id
  policy_data = jsonencode({ bindings = [{ role = "roles/secretmanager.viewer", members = ["user:someone@example.com"] }] })
}
