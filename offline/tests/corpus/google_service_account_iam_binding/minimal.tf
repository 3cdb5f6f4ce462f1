resource "google_service_account_iam_binding" "minimal" {
  service_account_id = google_service_account.minimal.name
  role               = "roles/iam.workloadIdentityUser"
  members            = ["user:someone@example.com"]
}
