resource "google_compute_network_endpoint_group" "minimal" {
  name    = "zonal-neg-minimal"
  network = google_compute_network.full.id
}
