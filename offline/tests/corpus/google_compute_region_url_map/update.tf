resource "google_compute_region_url_map" "full" {
  name            = "region-map-full"
  region          = "us-central1"
  description     = "Routes of the corpus"
  default_service = google_compute_region_backend_service.full.id
  host_rule {
    hosts        = ["www.example.com"]
    path_matcher = "all"
  }
  path_matcher {
    name            = "all"
    default_service = google_compute_region_backend_service.full.id
  }
}
