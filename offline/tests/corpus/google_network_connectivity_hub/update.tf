resource "google_network_connectivity_hub" "full" {
  name        = "hub-full"
  description = "Hub of the corpus"
  labels = {
    team = "platform"
  }
}
