resource "google_compute_forwarding_rule" "minimal" {
  name                  = "region-rule-minimal"
  load_balancing_scheme = "INTERNAL"
  backend_service       = google_compute_region_backend_service.minimal.id
  ports                 = ["80"]
  network               = google_compute_network.full.id
  subnetwork            = google_compute_subnetwork.minimal.id
}
