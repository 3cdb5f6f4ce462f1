resource "google_bigquery_routine" "minimal" {
  dataset_id      = google_bigquery_dataset.minimal.dataset_id
  routine_id      = "routine_minimal"
  routine_type    = "PROCEDURE"
  language        = "SQL"
  definition_body = "SELECT 1"
}
