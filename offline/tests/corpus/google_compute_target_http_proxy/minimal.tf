resource "google_compute_target_http_proxy" "minimal" {
  name    = "http-proxy-minimal"
  url_map = google_compute_url_map.minimal.id
}
