data "google_iam_policy" "project_policy" {
  binding {
    role    = "roles/viewer"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/browser"
    members = ["user:someone@example.com"]
  }
}

resource "google_project_iam_policy" "full" {
  project     = "corpus-policy-full"
  policy_data = data.google_iam_policy.project_policy.policy_data
}
