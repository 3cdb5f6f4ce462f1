resource "google_compute_region_network_endpoint_group" "minimal" {
  name   = "neg-minimal"
  region = "us-central1"
  cloud_run {
    service = google_cloud_run_v2_service.minimal.name
  }
}
