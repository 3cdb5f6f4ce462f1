resource "google_secret_manager_secret_iam_binding" "full" {
  project   = "corpus-example"
  secret_id = google_secret_manager_secret.full.secret_id
  role      = "roles/secretmanager.secretVersionAdder"
  members   = ["user:someone@example.com", "group:others@example.com"]
}
