resource "google_compute_network_firewall_policy" "minimal" {
  name = "firewall-policy-minimal"
}
