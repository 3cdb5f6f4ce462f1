resource "google_compute_region_backend_service" "minimal" {
  name                  = "region-backend-minimal"
  load_balancing_scheme = "INTERNAL"
  health_checks         = [google_compute_region_health_check.minimal.id]
}
