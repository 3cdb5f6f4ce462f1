resource "google_compute_route" "minimal" {
  name             = "route-minimal"
  network          = google_compute_network.minimal.name
  dest_range       = "203.0.113.0/24"
  next_hop_gateway = "default-internet-gateway"
}
