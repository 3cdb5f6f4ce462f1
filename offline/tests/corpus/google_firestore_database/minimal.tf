resource "google_firestore_database" "minimal" {
  name        = "firestore-minimal"
  location_id = "nam5"
  type        = "FIRESTORE_NATIVE"
}
