resource "google_certificate_manager_certificate_map_entry" "full" {
  name         = "entry-full"
  description  = "Entry of the corpus"
  map          = google_certificate_manager_certificate_map.full.name
  certificates = [google_certificate_manager_certificate.full.id]
  hostname     = "full.example.com"
  labels = {
    team = "platform"
  }
}
