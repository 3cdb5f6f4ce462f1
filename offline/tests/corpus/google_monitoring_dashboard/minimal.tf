resource "google_monitoring_dashboard" "minimal" {
  dashboard_json = jsonencode({ displayName = "minimal", gridLayout = { widgets = [{ text = { content = "Hello" } }] } })
}
