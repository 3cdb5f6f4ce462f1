resource "google_service_networking_connection" "minimal" {
  network                 = google_compute_network.full.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.full.name]
}
