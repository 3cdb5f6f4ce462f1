resource "google_compute_router" "minimal" {
  name    = "router-minimal"
  network = google_compute_network.minimal.id
}
