resource "google_dns_response_policy" "full" {
  response_policy_name = "response-policy-full"
  description          = "Policy of the corpus"
  networks {
    network_url = google_compute_network.full.id
  }
}
