resource "google_cloud_scheduler_job" "full" {
  name             = "scheduler-full"
  region           = "us-central1"
  description      = "Job of the corpus"
  schedule         = "0 3 * * *"
  time_zone        = "Europe/Berlin"
  attempt_deadline = "320s"
  retry_config {
    retry_count          = 3
    min_backoff_duration = "10s"
    max_doublings        = 2
  }
  http_target {
    uri         = "https://example.com/run"
    http_method = "POST"
    body        = "e30="
    headers = {
      "Content-Type" = "application/json"
    }
    oidc_token {
      service_account_email = google_service_account.minimal.email
    }
  }
}
