resource "google_dns_managed_zone" "full" {
  name          = "zone-full"
  dns_name      = "full.example.com."
  description   = "Zone of the corpus"
  visibility    = "private"
  force_destroy = true
  labels = {
    team = "corpus"
  }
  private_visibility_config {
    networks {
      network_url = google_compute_network.full.id
    }
  }
}
