resource "google_kms_crypto_key_iam_binding" "minimal" {
  crypto_key_id = google_kms_crypto_key.minimal.id
  role          = "roles/cloudkms.cryptoKeyEncrypter"
  members       = ["user:someone@example.com"]
}
