resource "google_compute_firewall" "minimal" {
  name          = "firewall-minimal"
  network       = google_compute_network.minimal.name
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "icmp"
  }
}
