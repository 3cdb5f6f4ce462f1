resource "google_compute_network" "full" {
  name                                      = "network-full"
  description                               = "Network of the corpus"
  auto_create_subnetworks                   = false
  routing_mode                              = "REGIONAL"
  mtu                                       = 1460
  network_firewall_policy_enforcement_order = "BEFORE_CLASSIC_FIREWALL"
  delete_default_routes_on_create           = true
}
