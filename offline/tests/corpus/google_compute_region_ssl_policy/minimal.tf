resource "google_compute_region_ssl_policy" "minimal" {
  name   = "region-ssl-minimal"
  region = "us-central1"
}
