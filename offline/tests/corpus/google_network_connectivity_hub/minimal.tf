resource "google_network_connectivity_hub" "minimal" {
  name = "hub-minimal"
}
