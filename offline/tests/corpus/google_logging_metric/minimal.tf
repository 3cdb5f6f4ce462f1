resource "google_logging_metric" "minimal" {
  name   = "metric-minimal"
  filter = "severity>=ERROR"
}
