resource "google_compute_ssl_policy" "minimal" {
  name = "ssl-policy-minimal"
}
