resource "google_monitoring_custom_service" "full" {
  service_id   = "service-full"
  display_name = "Platform"
  user_labels = {
    team = "corpus"
  }
  telemetry {
    resource_name = "//run.googleapis.com/projects/corpus-example/locations/us-central1/services/full"
  }
}
