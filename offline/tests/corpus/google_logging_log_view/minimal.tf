resource "google_logging_log_view" "minimal" {
  name   = "view-minimal"
  bucket = google_logging_project_bucket_config.minimal.id
}
