resource "google_kms_crypto_key_iam_member" "minimal" {
  crypto_key_id = google_kms_crypto_key.minimal.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "user:someone@example.com"
}
