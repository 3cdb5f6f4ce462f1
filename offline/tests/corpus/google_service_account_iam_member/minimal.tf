resource "google_service_account_iam_member" "minimal" {
  service_account_id = google_service_account.minimal.name
  role               = "roles/iam.serviceAccountUser"
  member             = "user:someone@example.com"
}
