resource "google_compute_region_health_check" "full" {
  name               = "region-health-full"
  region             = "us-central1"
  description        = "Probe of the corpus"
  timeout_sec        = 2
  check_interval_sec = 8
  grpc_health_check {
    port              = 443
    grpc_service_name = "orders"
  }
}
