resource "google_compute_managed_ssl_certificate" "full" {
  name        = "certificate-full"
  description = "Certificate of the corpus"
  type        = "MANAGED"
  managed {
    domains = ["www.example.com.", "api.example.com"]
  }
}
