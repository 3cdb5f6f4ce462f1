resource "google_secret_manager_secret_iam_member" "full" {
  project   = "corpus-example"
  secret_id = google_secret_manager_secret.full.id
  role      = "roles/secretmanager.viewer"
  member    = google_service_account.minimal.member
  condition {
    title      = "expires"
    expression = "request.time < timestamp(\"2031-01-01T00:00:00Z\")"
  }
}
