resource "google_bigquery_data_transfer_config" "minimal" {
  display_name           = "minimal"
  data_source_id         = "scheduled_query"
  destination_dataset_id = google_bigquery_dataset.minimal.dataset_id
  params = {
    query = "SELECT 1 AS a"
  }
}
