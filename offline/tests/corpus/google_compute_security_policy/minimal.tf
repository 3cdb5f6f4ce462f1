resource "google_compute_security_policy" "minimal" {
  name = "security-policy-minimal"
}
