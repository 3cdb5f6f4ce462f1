resource "google_service_account" "full" {
  account_id   = "account-full"
  display_name = "Platform"
  description  = "Account of the corpus"
  disabled     = true
}
