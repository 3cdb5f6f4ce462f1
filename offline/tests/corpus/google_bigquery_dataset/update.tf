resource "google_bigquery_dataset" "full" {
  dataset_id                      = "dataset_full"
  friendly_name                   = "Platform"
  description                     = "Dataset of the corpus"
  location                        = "EU"
  default_table_expiration_ms     = 7200000
  default_partition_expiration_ms = 7200000
  max_time_travel_hours           = "72"
  delete_contents_on_destroy      = true
  labels = {
    team = "corpus"
  }
  access {
    role          = "OWNER"
    user_by_email = google_service_account.minimal.email
  }
  access {
    role          = "READER"
    special_group = "projectReaders"
  }
}
