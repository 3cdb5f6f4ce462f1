resource "google_service_account" "policy_full" {
  account_id = "account-policy-full"
}

data "google_iam_policy" "account_policy" {
  binding {
    role    = "roles/iam.serviceAccountTokenCreator"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/iam.serviceAccountUser"
    members = ["user:someone@example.com"]
  }
}

resource "google_service_account_iam_policy" "full" {
  service_account_id = google_service_account.policy_full.name
  policy_data        = data.google_iam_policy.account_policy.policy_data
}
