resource "google_certificate_manager_dns_authorization" "minimal" {
  name   = "authorization-minimal"
  domain = "full.example.com"
}
