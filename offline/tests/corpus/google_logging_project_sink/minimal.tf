resource "google_logging_project_sink" "minimal" {
  name        = "sink-minimal"
  destination = "storage.googleapis.com/${google_storage_bucket.minimal.name}"
}
