resource "google_dns_record_set" "full" {
  managed_zone = google_dns_managed_zone.minimal.name
  name         = "txt.minimal.example.com."
  type         = "TXT"
  ttl          = 600
  rrdatas      = ["\"v=spf1 -all\"", "verification"]
}
