resource "google_logging_log_view" "full" {
  name        = "view-full"
  bucket      = google_logging_project_bucket_config.minimal.id
  description = "View of the corpus"
  filter      = "SOURCE(\"projects/corpus-example\") AND LOG_ID(\"stdout\")"
}
