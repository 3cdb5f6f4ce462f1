resource "google_compute_target_https_proxy" "full" {
  name             = "https-proxy-full"
  description      = "Proxy of the corpus"
  url_map          = google_compute_url_map.full.id
  ssl_certificates = [google_compute_managed_ssl_certificate.minimal.id]
  ssl_policy       = google_compute_ssl_policy.minimal.id
  quic_override    = "DISABLE"
}
