resource "google_cloudfunctions2_function" "full" {
  name        = "function-full"
  location    = "us-central1"
  description = "Function of the corpus"
  labels = {
    team = "corpus"
  }
  build_config {
    runtime     = "nodejs20"
    entry_point = "main"
    environment_variables = {
      MODE = "build"
    }
    source {
      storage_source {
        bucket = google_storage_bucket.minimal.name
        object = google_storage_bucket_object.minimal.name
      }
    }
  }
  service_config {
    max_instance_count    = 3
    min_instance_count    = 1
    available_memory      = "512M"
    timeout_seconds       = 60
    ingress_settings      = "ALLOW_INTERNAL_ONLY"
    service_account_email = google_service_account.minimal.email
    environment_variables = {
      LEVEL = "debug"
    }
  }
}
