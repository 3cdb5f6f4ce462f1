resource "google_compute_health_check" "minimal" {
  name = "health-check-minimal"
  tcp_health_check {
    port = 80
  }
}
