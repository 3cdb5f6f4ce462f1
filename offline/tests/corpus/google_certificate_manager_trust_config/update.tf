resource "google_certificate_manager_trust_config" "full" {
  name        = "trust-full"
  location    = "us-central1"
  description = "Trust"
  labels = {
    team = "corpus"
  }
}
