resource "google_compute_network_firewall_policy_rule" "minimal" {
  firewall_policy = google_compute_network_firewall_policy.minimal.name
  action          = "allow"
  direction       = "INGRESS"
  priority        = 1000
  match {
    src_ip_ranges = ["10.0.0.0/8"]
    layer4_configs {
      ip_protocol = "tcp"
    }
  }
}
