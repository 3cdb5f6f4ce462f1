resource "google_certificate_manager_certificate_map" "full" {
  name        = "map-full"
  description = "Map of the corpus"
  labels = {
    team = "platform"
  }
}
