resource "google_dns_policy" "minimal" {
  name = "policy-minimal"
}
