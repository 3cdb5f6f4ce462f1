resource "google_service_account_key" "full" {
  service_account_id = google_service_account.minimal.name
  key_algorithm      = "KEY_ALG_RSA_2048"
  public_key_type    = "TYPE_X509_PEM_FILE"
  private_key_type   = "TYPE_GOOGLE_CREDENTIALS_FILE"
  keepers = {
    rotation = "1"
  }
}
