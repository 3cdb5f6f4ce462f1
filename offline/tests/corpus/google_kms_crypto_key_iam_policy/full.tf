resource "google_kms_crypto_key" "policy_full" {
  name     = "key-policy-full"
  key_ring = google_kms_key_ring.minimal.id
}

data "google_iam_policy" "key_policy" {
  binding {
    role    = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/cloudkms.cryptoKeyEncrypter"
    members = ["user:someone@example.com"]
  }
}

resource "google_kms_crypto_key_iam_policy" "full" {
  crypto_key_id = google_kms_crypto_key.policy_full.id
  policy_data   = data.google_iam_policy.key_policy.policy_data
}
