resource "google_vpc_access_connector" "minimal" {
  name          = "connector-min"
  ip_cidr_range = "10.8.0.0/28"
  network       = google_compute_network.full.name
  min_instances = 2
  max_instances = 3
}
