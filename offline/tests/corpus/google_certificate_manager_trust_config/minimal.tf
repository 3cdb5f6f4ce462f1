resource "google_certificate_manager_trust_config" "minimal" {
  name     = "trust-minimal"
  location = "us-central1"
}
