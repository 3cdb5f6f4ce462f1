resource "google_project_iam_audit_config" "full" {
  project = "corpus-example"
  service = "compute.googleapis.com"
  audit_log_config {
    log_type         = "DATA_WRITE"
    exempted_members = ["user:someone@example.com"]
  }
  audit_log_config {
    log_type = "DATA_READ"
  }
}
