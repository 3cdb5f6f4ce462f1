resource "google_compute_backend_service" "minimal" {
  name = "backend-service-minimal"
}
