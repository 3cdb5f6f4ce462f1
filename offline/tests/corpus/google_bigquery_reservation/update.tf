resource "google_bigquery_reservation" "full" {
  name              = "reservation-full"
  location          = "us-west2"
  slot_capacity     = 400
  edition           = "ENTERPRISE"
  ignore_idle_slots = true
  concurrency       = 10
  autoscale {
    max_slots = 300
  }
}
