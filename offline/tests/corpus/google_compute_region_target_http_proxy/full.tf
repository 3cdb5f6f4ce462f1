resource "google_compute_region_target_http_proxy" "full" {
  name        = "region-proxy-full"
  region      = "us-central1"
  description = "Proxy of the corpus"
  url_map     = google_compute_region_url_map.full.id
}
