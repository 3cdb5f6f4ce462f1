resource "google_dns_managed_zone" "minimal" {
  name     = "zone-minimal"
  dns_name = "minimal.example.com."
}
