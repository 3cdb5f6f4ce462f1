resource "google_network_security_server_tls_policy" "minimal" {
  name       = "tls-policy-minimal"
  allow_open = true
}
