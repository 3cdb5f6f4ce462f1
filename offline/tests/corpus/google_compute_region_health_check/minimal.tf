resource "google_compute_region_health_check" "minimal" {
  name = "region-health-minimal"
  http_health_check {
    port = 80
  }
}
