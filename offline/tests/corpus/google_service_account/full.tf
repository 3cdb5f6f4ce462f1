resource "google_service_account" "full" {
  account_id   = "account-full"
  display_name = "Corpus"
  description  = "Account of the corpus"
}
