resource "google_secret_manager_secret_version" "minimal" {
  secret      = google_secret_manager_secret.minimal.id
  secret_data = "s3cret"
}
