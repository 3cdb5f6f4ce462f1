resource "google_compute_global_address" "full" {
  name          = "global-address-full"
  description   = "Range of private services"
  address       = "10.64.0.0"
  address_type  = "INTERNAL"
  purpose       = "VPC_PEERING"
  prefix_length = 16
  network       = google_compute_network.full.id
  labels = {
    team = "platform"
  }
}
