resource "google_compute_https_health_check" "full" {
  name                = "https-check-full"
  description         = "Check of the corpus"
  check_interval_sec  = 10
  timeout_sec         = 4
  healthy_threshold   = 3
  unhealthy_threshold = 4
  host                = "example.com"
  port                = 8443
  request_path        = "/health"
}
