resource "google_compute_router_nat" "full" {
  name                                = "nat-full"
  router                              = google_compute_router.full.name
  region                              = google_compute_router.full.region
  nat_ip_allocate_option              = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat  = "LIST_OF_SUBNETWORKS"
  min_ports_per_vm                    = 64
  max_ports_per_vm                    = 1024
  enable_dynamic_port_allocation      = true
  enable_endpoint_independent_mapping = false
  tcp_established_idle_timeout_sec    = 600
  subnetwork {
    name                    = google_compute_subnetwork.full.id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }
  log_config {
    enable = true
    filter = "ALL"
  }
}
