resource "google_compute_managed_ssl_certificate" "minimal" {
  name = "certificate-minimal"
  managed {
    domains = ["example.com"]
  }
}
