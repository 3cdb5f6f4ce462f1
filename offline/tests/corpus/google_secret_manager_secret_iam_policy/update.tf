resource "google_secret_manager_secret" "policy_full" {
  secret_id = "secret-policy-full"
  replication {
    auto {}
  }
}

data "google_iam_policy" "secret_policy" {
  binding {
    role    = "roles/secretmanager.secretAccessor"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_secret_manager_secret_iam_policy" "full" {
  project     = "corpus-example"
  secret_id   = google_secret_manager_secret.policy_full.id
  policy_data = data.google_iam_policy.secret_policy.policy_data
}
