resource "google_certificate_manager_certificate" "full" {
  name        = "certificate-full"
  description = "Certificate of the corpus"
  scope       = "DEFAULT"
  labels = {
    team = "platform"
  }
  managed {
    domains            = ["full.example.com"]
    dns_authorizations = [google_certificate_manager_dns_authorization.minimal.id]
  }
}
