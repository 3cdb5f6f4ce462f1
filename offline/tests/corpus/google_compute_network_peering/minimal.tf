resource "google_compute_network_peering" "minimal" {
  name         = "peering-minimal"
  network      = google_compute_network.minimal.id
  peer_network = google_compute_network.full.id
}
