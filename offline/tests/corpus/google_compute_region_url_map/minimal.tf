resource "google_compute_region_url_map" "minimal" {
  name            = "region-map-minimal"
  default_service = google_compute_region_backend_service.full.id
}
