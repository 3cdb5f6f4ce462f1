resource "google_compute_address" "full" {
  name         = "address-full"
  description  = "Address of the corpus"
  address      = "10.0.0.42"
  address_type = "INTERNAL"
  purpose      = "GCE_ENDPOINT"
  subnetwork   = google_compute_subnetwork.minimal.id
  labels = {
    team = "platform"
  }
}
