resource "google_bigquery_analytics_hub_data_exchange" "full" {
  location         = "US"
  data_exchange_id = "exchange_full"
  display_name     = "full"
  description      = "Exchange of the corpus"
  primary_contact  = "someone@example.com"
  documentation    = "Nothing"
}
