resource "google_kms_crypto_key" "minimal" {
  name     = "key-minimal"
  key_ring = google_kms_key_ring.minimal.id
}
