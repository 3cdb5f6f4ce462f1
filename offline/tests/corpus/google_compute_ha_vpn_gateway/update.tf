resource "google_compute_ha_vpn_gateway" "full" {
  name        = "ha-vpn-full"
  description = "Gateway of the corpus"
  region      = "us-east1"
  network     = google_compute_network.full.id
  stack_type  = "IPV4_IPV6"
  labels = {
    team = "platform"
  }
}
