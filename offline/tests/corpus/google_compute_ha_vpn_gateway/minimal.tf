resource "google_compute_ha_vpn_gateway" "minimal" {
  name    = "ha-vpn-minimal"
  network = google_compute_network.minimal.id
}
