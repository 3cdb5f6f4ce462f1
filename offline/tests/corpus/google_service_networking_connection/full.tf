resource "google_service_networking_connection" "full" {
  network                 = google_compute_network.peered.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.peered["one"].name]
  deletion_policy         = "ABANDON"
  update_on_creation_fail = true
}

resource "google_compute_network" "peered" {
  name                    = "network-peered"
  auto_create_subnetworks = false
}

resource "google_compute_global_address" "peered" {
  for_each      = toset(["one", "two"])
  name          = "range-${each.key}"
  address_type  = "INTERNAL"
  purpose       = "VPC_PEERING"
  prefix_length = 20
  network       = google_compute_network.peered.id
}
