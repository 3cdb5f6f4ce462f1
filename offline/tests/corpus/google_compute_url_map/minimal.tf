resource "google_compute_url_map" "minimal" {
  name            = "url-map-minimal"
  default_service = google_compute_backend_bucket.minimal.id
}
