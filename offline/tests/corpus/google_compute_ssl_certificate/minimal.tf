resource "google_compute_ssl_certificate" "minimal" {
  name        = "self-managed-minimal"
  private_key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
  certificate = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"
}
