resource "google_kms_crypto_key" "full" {
  name                       = "key-full"
  key_ring                   = google_kms_key_ring.minimal.id
  purpose                    = "ENCRYPT_DECRYPT"
  rotation_period            = "7776000s"
  destroy_scheduled_duration = "86400s"
  labels = {
    team = "corpus"
  }
  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = "SOFTWARE"
  }
}
