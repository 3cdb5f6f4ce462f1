resource "google_bigquery_dataset_iam_member" "full" {
  project    = "corpus-example"
  dataset_id = google_bigquery_dataset.minimal.dataset_id
  role       = "roles/bigquery.dataOwner"
  member     = google_service_account.minimal.member
}
