resource "google_compute_region_backend_service" "full" {
  name                            = "region-backend-full"
  region                          = "us-central1"
  description                     = "Backend of the corpus"
  protocol                        = "HTTP"
  load_balancing_scheme           = "INTERNAL_MANAGED"
  timeout_sec                     = 15
  session_affinity                = "CLIENT_IP"
  connection_draining_timeout_sec = 10
  health_checks                   = [google_compute_region_health_check.minimal.id]
  log_config {
    enable      = true
    sample_rate = 0.5
  }
}
