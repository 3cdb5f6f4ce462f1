resource "google_secret_manager_secret_iam_binding" "minimal" {
  secret_id = google_secret_manager_secret.minimal.secret_id
  role      = "roles/secretmanager.secretVersionManager"
  members   = ["user:someone@example.com"]
}
