resource "google_compute_target_https_proxy" "minimal" {
  name             = "https-proxy-minimal"
  url_map          = google_compute_url_map.minimal.id
  ssl_certificates = [google_compute_managed_ssl_certificate.minimal.id]
}
