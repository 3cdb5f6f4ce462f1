resource "google_project_iam_member" "full" {
  project = "corpus-example"
  role    = "roles/logging.logWriter"
  member  = google_service_account.minimal.member
  condition {
    title      = "weekdays"
    expression = "request.time.getDayOfWeek() < 5"
  }
}
