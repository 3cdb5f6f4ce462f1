resource "google_monitoring_uptime_check_config" "minimal" {
  display_name = "minimal"
  timeout      = "10s"
  http_check {
    path = "/"
  }
  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = "corpus-example"
      host       = "example.com"
    }
  }
}
