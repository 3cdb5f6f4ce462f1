resource "google_monitoring_slo" "full" {
  service         = google_monitoring_custom_service.full.service_id
  slo_id          = "slo-full"
  display_name    = "Latency"
  goal            = 0.95
  calendar_period = "MONTH"
  user_labels = {
    team = "corpus"
  }
  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"run.googleapis.com/request_latencies\" AND resource.type=\"cloud_run_revision\""
      range {
        max = 500
      }
    }
  }
}
