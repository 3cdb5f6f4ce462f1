resource "google_monitoring_alert_policy" "minimal" {
  display_name = "minimal"
  combiner     = "OR"
  conditions {
    display_name = "errors"
    condition_threshold {
      filter     = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\""
      duration   = "60s"
      comparison = "COMPARISON_GT"
    }
  }
}
