resource "google_compute_vpn_gateway" "minimal" {
  name    = "vpn-minimal"
  network = google_compute_network.minimal.id
}
