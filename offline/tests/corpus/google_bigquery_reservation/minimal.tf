resource "google_bigquery_reservation" "minimal" {
  name          = "reservation-minimal"
  location      = "us-west2"
  slot_capacity = 100
}
