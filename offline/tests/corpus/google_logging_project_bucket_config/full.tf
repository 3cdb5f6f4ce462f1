resource "google_logging_project_bucket_config" "full" {
  project          = "corpus-example"
  location         = "us-central1"
  bucket_id        = "bucket-full"
  description      = "Logs of the corpus"
  retention_days   = 90
  enable_analytics = true
}
