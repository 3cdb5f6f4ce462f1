resource "google_compute_network_attachment" "full" {
  name                  = "attachment-full"
  region                = "us-central1"
  description           = "Attachment"
  connection_preference = "ACCEPT_MANUAL"
  subnetworks           = [google_compute_subnetwork.minimal.self_link]
  producer_accept_lists = ["corpus-example"]
}
