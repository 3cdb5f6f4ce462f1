resource "google_monitoring_metric_descriptor" "full" {
  type         = "custom.googleapis.com/corpus/full"
  metric_kind  = "CUMULATIVE"
  value_type   = "INT64"
  display_name = "Full"
  description  = "Metric"
  unit         = "By"
  launch_stage = "BETA"
  labels {
    key         = "store"
    value_type  = "STRING"
    description = "Store"
  }
  labels {
    key        = "shelf"
    value_type = "INT64"
  }
  metadata {
    sample_period = "60s"
    ingest_delay  = "30s"
  }
}
