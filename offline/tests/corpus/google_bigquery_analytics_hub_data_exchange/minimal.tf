resource "google_bigquery_analytics_hub_data_exchange" "minimal" {
  location         = "US"
  data_exchange_id = "exchange_minimal"
  display_name     = "minimal"
}
