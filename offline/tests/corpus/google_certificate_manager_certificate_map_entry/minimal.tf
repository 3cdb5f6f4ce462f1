resource "google_certificate_manager_certificate_map_entry" "minimal" {
  name         = "entry-minimal"
  map          = google_certificate_manager_certificate_map.minimal.name
  certificates = [google_certificate_manager_certificate.minimal.id]
  matcher      = "PRIMARY"
}
