resource "google_kms_crypto_key_iam_member" "full" {
  crypto_key_id = google_kms_crypto_key.minimal.id
  role          = "roles/cloudkms.viewer"
  member        = google_service_account.minimal.member
  condition {
    title      = "expires"
    expression = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}
