resource "google_compute_subnetwork" "minimal" {
  name          = "subnetwork-minimal"
  ip_cidr_range = "10.0.0.0/24"
  network       = google_compute_network.full.id
}
