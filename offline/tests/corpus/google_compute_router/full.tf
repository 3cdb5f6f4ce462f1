resource "google_compute_router" "full" {
  name        = "router-full"
  description = "Router of the corpus"
  network     = google_compute_network.full.name
  region      = "us-east1"
  bgp {
    asn                = 64514
    advertise_mode     = "CUSTOM"
    advertised_groups  = ["ALL_SUBNETS"]
    keepalive_interval = 30
    advertised_ip_ranges {
      range       = "10.9.0.0/24"
      description = "Servers"
    }
  }
}
