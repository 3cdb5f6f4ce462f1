resource "google_cloudfunctions2_function" "minimal" {
  name     = "function-minimal"
  location = "us-central1"
  build_config {
    runtime     = "python312"
    entry_point = "main"
    source {
      storage_source {
        bucket = google_storage_bucket.minimal.name
        object = google_storage_bucket_object.minimal.name
      }
    }
  }
}
