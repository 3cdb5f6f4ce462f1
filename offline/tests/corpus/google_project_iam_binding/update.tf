resource "google_project_iam_binding" "full" {
  project = "corpus-example"
  role    = "roles/monitoring.viewer"
  members = ["user:someone@example.com", "group:others@example.com", google_service_account.minimal.member]
  condition {
    title       = "expires"
    description = "Ends"
    expression  = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}
