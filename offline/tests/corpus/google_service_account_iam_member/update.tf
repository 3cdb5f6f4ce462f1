resource "google_service_account_iam_member" "full" {
  service_account_id = google_service_account.minimal.id
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = "serviceAccount:${google_service_account.full.email}"
  condition {
    title       = "expires"
    description = "Ends with the year"
    expression  = "request.time < timestamp(\"2031-01-01T00:00:00Z\")"
  }
}
