resource "google_logging_project_bucket_config" "minimal" {
  project   = "corpus-example"
  location  = "global"
  bucket_id = "bucket-minimal"
}
