resource "google_secret_manager_secret" "minimal" {
  secret_id = "secret-minimal"
  replication {
    auto {}
  }
}
