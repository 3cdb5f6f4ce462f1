resource "google_network_connectivity_internal_range" "full" {
  name          = "range-full"
  description   = "Range"
  network       = google_compute_network.full.id
  usage         = "EXTERNAL_TO_VPC"
  peering       = "FOR_PEER"
  ip_cidr_range = "10.41.0.0/24"
  labels = {
    team = "corpus"
  }
}
