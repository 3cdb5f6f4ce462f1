resource "google_monitoring_metric_descriptor" "minimal" {
  type         = "custom.googleapis.com/corpus/minimal"
  metric_kind  = "GAUGE"
  value_type   = "DOUBLE"
  display_name = "Minimal"
  description  = "Metric"
}
