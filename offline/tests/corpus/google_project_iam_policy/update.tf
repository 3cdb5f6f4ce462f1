data "google_iam_policy" "project_policy" {
  binding {
    role    = "roles/viewer"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_project_iam_policy" "full" {
  project     = "corpus-policy-full"
  policy_data = data.google_iam_policy.project_policy.policy_data
}
