resource "google_bigquery_dataset" "minimal" {
  dataset_id = "dataset_minimal"
}
