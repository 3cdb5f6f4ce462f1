resource "google_compute_subnetwork" "full" {
  name                     = "subnetwork-full"
  description              = "Subnetwork of the corpus"
  ip_cidr_range            = "10.0.16.0/20"
  region                   = "us-east1"
  network                  = google_compute_network.full.id
  private_ip_google_access = true
  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = "10.1.0.0/16"
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = "10.2.0.0/20"
  }
  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}
