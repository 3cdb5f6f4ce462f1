resource "google_dns_record_set" "minimal" {
  managed_zone = google_dns_managed_zone.minimal.name
  name         = "www.minimal.example.com."
  type         = "A"
  rrdatas      = ["203.0.113.1"]
}
