resource "google_compute_health_check" "full" {
  name                = "health-check-full"
  description         = "Probe of the corpus"
  timeout_sec         = 3
  check_interval_sec  = 10
  healthy_threshold   = 3
  unhealthy_threshold = 5
  http_health_check {
    port_name          = "http"
    port_specification = "USE_NAMED_PORT"
    host               = "example.com"
    request_path       = "/ready"
    response           = "ok"
  }
  log_config {
    enable = true
  }
}
