resource "google_monitoring_service" "full" {
  service_id   = "basic-full"
  display_name = "Corpus"
  user_labels = {
    team = "corpus"
  }
  basic_service {
    service_type = "CLOUD_RUN"
    service_labels = {
      service_name = "service-full"
      location     = "us-central1"
    }
  }
}
