resource "google_project_iam_audit_config" "minimal" {
  project = "corpus-example"
  service = "storage.googleapis.com"
  audit_log_config {
    log_type = "DATA_READ"
  }
}
