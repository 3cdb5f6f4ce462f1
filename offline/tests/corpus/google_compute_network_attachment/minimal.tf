resource "google_compute_network_attachment" "minimal" {
  name                  = "attachment-minimal"
  region                = "us-central1"
  connection_preference = "ACCEPT_AUTOMATIC"
  subnetworks           = [google_compute_subnetwork.minimal.self_link]
}
