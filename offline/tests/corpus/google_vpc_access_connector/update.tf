resource "google_vpc_access_connector" "full" {
  name           = "connector-full"
  region         = "us-central1"
  machine_type   = "e2-micro"
  min_throughput = 300
  max_throughput = 800
  ip_cidr_range  = "10.8.1.0/28"
  network        = google_compute_network.full.id
}
