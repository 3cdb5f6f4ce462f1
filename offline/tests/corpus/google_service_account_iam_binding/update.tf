resource "google_service_account_iam_binding" "full" {
  service_account_id = google_service_account.full.name
  role               = "roles/iam.serviceAccountUser"
  members            = ["user:someone@example.com", "user:third@example.com"]
}
