resource "google_compute_ssl_certificate" "full" {
  name_prefix = "self-managed-"
  description = "Other text"
  private_key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
  certificate = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"
}
