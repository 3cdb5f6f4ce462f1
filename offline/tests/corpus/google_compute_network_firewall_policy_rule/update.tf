resource "google_compute_network_firewall_policy_rule" "full" {
  firewall_policy = google_compute_network_firewall_policy.minimal.name
  rule_name       = "egress"
  description     = "Rule of the corpus"
  action          = "deny"
  direction       = "EGRESS"
  priority        = 2000
  disabled        = false
  enable_logging  = true
  match {
    dest_ip_ranges = ["11.100.0.1/32", "10.0.0.0/8"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["8080", "23"]
    }
  }
}
