resource "google_bigquery_table" "minimal" {
  dataset_id          = google_bigquery_dataset.minimal.dataset_id
  table_id            = "table_minimal"
  deletion_protection = false
}
