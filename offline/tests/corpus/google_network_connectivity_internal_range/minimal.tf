resource "google_network_connectivity_internal_range" "minimal" {
  name          = "range-minimal"
  network       = google_compute_network.full.id
  usage         = "FOR_VPC"
  peering       = "FOR_SELF"
  ip_cidr_range = "10.40.0.0/24"
}
