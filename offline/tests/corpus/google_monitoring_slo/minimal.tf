resource "google_monitoring_slo" "minimal" {
  service             = google_monitoring_custom_service.minimal.service_id
  goal                = 0.9
  rolling_period_days = 30
  request_based_sli {
    good_total_ratio {
      good_service_filter  = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND metric.label.response_code_class=\"2xx\""
      total_service_filter = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\""
    }
  }
}
