resource "google_dns_response_policy" "minimal" {
  response_policy_name = "response-policy-minimal"
}
