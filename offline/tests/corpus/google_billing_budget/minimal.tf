resource "google_billing_budget" "minimal" {
  billing_account = "000000-0000AA-000000"
  amount {
    specified_amount {
      units = "1000"
    }
  }
}
