resource "google_compute_region_network_endpoint_group" "full" {
  name                  = "neg-full"
  description           = "Service of the corpus"
  region                = "us-central1"
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service  = google_cloud_run_v2_service.full.name
    tag      = "blue"
    url_mask = "<service>.example.com"
  }
}
