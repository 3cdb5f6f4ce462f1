resource "google_compute_network" "minimal" {
  name = "network-minimal"
}
