resource "google_monitoring_custom_service" "minimal" {
  service_id = "service-minimal"
}
