resource "google_certificate_manager_certificate_map" "minimal" {
  name = "map-minimal"
}
