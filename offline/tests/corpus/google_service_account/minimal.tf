resource "google_service_account" "minimal" {
  account_id = "account-minimal"
}
