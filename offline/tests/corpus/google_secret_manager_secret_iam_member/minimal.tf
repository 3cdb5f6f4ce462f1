resource "google_secret_manager_secret_iam_member" "minimal" {
  secret_id = google_secret_manager_secret.minimal.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.minimal.member
}
