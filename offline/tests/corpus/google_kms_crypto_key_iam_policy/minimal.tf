resource "google_kms_crypto_key" "policy_minimal" {
  name     = "key-policy-minimal"
  key_ring = google_kms_key_ring.minimal.id
}

resource "google_kms_crypto_key_iam_policy" "minimal" {
  crypto_key_id = google_kms_crypto_key.policy_minimal.id
  policy_data   = jsonencode({ bindings = [{ role = "roles/cloudkms.cryptoKeyEncrypter", members = ["user:someone@example.com"] }] })
}
