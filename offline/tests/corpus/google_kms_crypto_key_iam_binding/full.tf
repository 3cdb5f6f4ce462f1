resource "google_kms_crypto_key_iam_binding" "full" {
  crypto_key_id = google_kms_crypto_key.full.id
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  members       = ["user:someone@example.com", google_service_account.minimal.member]
}
