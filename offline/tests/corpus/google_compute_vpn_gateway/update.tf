resource "google_compute_vpn_gateway" "full" {
  name        = "vpn-full"
  description = "Other text"
  region      = "us-east1"
  network     = google_compute_network.full.name
}
