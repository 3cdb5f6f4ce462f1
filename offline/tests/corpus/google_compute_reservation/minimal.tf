resource "google_compute_reservation" "minimal" {
  name = "reservation-minimal"
  zone = "us-central1-a"
  specific_reservation {
    count = 1
    instance_properties {
      machine_type = "n2-standard-2"
    }
  }
}
