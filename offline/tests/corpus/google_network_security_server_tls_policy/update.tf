resource "google_network_security_server_tls_policy" "full" {
  name        = "tls-policy-full"
  location    = "global"
  description = "Policy"
  allow_open  = false
  server_certificate {
    certificate_provider_instance {
      plugin_instance = "google_cloud_private_spiffe"
    }
  }
  labels = {
    team = "corpus"
  }
}
