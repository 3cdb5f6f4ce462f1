resource "google_compute_http_health_check" "minimal" {
  name = "http-check-minimal"
}
