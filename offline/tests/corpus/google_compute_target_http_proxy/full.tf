resource "google_compute_target_http_proxy" "full" {
  name                        = "http-proxy-full"
  description                 = "Proxy of the corpus"
  url_map                     = google_compute_url_map.full.id
  http_keep_alive_timeout_sec = 610
}
