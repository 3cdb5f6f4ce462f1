resource "google_kms_key_ring" "minimal" {
  name     = "ring-minimal"
  location = "us-central1"
}
