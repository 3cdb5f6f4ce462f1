resource "google_monitoring_service" "minimal" {
  service_id = "basic-minimal"
  basic_service {
    service_type = "CLOUD_RUN"
    service_labels = {
      service_name = "service-minimal"
      location     = "us-central1"
    }
  }
}
