resource "google_compute_region_target_http_proxy" "minimal" {
  name    = "region-proxy-minimal"
  url_map = google_compute_region_url_map.minimal.id
}
