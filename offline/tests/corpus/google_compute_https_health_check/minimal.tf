resource "google_compute_https_health_check" "minimal" {
  name = "https-check-minimal"
}
