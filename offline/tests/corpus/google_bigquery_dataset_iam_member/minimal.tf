resource "google_bigquery_dataset_iam_member" "minimal" {
  dataset_id = google_bigquery_dataset.minimal.dataset_id
  role       = "roles/bigquery.dataViewer"
  member     = "user:someone@example.com"
}
