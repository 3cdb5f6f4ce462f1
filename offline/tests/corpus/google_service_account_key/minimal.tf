resource "google_service_account_key" "minimal" {
  service_account_id = google_service_account.minimal.name
}
