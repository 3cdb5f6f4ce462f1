resource "google_storage_transfer_job" "minimal" {
  description = "minimal"
  transfer_spec {
    gcs_data_source {
      bucket_name = google_storage_bucket.minimal.name
    }
    gcs_data_sink {
      bucket_name = google_storage_bucket.full.name
    }
  }
}
