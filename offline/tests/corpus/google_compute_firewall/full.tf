resource "google_compute_firewall" "full" {
  name               = "firewall-full"
  description        = "Rule of the corpus"
  network            = google_compute_network.full.id
  direction          = "EGRESS"
  priority           = 900
  destination_ranges = ["10.1.0.0/16", "10.0.0.0/16"]
  target_tags        = ["web", "api"]
  deny {
    protocol = "tcp"
    ports    = ["22", "3389", "8000-8080"]
  }
  deny {
    protocol = "udp"
  }
  log_config {
    metadata = "EXCLUDE_ALL_METADATA"
  }
}
