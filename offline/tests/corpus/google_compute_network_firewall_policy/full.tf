resource "google_compute_network_firewall_policy" "full" {
  name        = "firewall-policy-full"
  description = "Policy of the corpus"
  project     = "corpus-example"
}
