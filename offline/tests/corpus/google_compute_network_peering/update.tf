resource "google_compute_network_peering" "full" {
  name                 = "peering-full"
  network              = google_compute_network.full.self_link
  peer_network         = google_compute_network.minimal.self_link
  export_custom_routes = true
  import_custom_routes = false
  stack_type           = "IPV4_ONLY"
}
