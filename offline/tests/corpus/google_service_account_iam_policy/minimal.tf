resource "google_service_account" "policy_minimal" {
  account_id = "account-policy-minimal"
}

resource "google_service_account_iam_policy" "minimal" {
  service_account_id = google_service_account.policy_minimal.name
  policy_data        = jsonencode({ bindings = [{ role = "roles/iam.serviceAccountUser", members = ["user:someone@example.com"] }] })
}
