resource "google_certificate_manager_certificate" "minimal" {
  name = "certificate-minimal"
  managed {
    domains = ["example.com"]
  }
}
