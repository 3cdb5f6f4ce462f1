resource "google_compute_route" "full" {
  name             = "route-full"
  description      = "Route of the corpus"
  network          = google_compute_network.full.id
  dest_range       = "15.0.0.0/24"
  priority         = 200
  tags             = ["web"]
  next_hop_gateway = "default-internet-gateway"
}
