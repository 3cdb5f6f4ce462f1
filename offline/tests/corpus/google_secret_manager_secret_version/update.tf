resource "google_secret_manager_secret_version" "full" {
  secret          = google_secret_manager_secret.full.id
  secret_data     = "czNjcmV0"
  enabled         = false
  deletion_policy = "DISABLE"
  is_secret_data_base64 = true
}
