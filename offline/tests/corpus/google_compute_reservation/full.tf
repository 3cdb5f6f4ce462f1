resource "google_compute_reservation" "full" {
  name                          = "reservation-full"
  zone                          = "us-central1-a"
  description                   = "Reservation of the corpus"
  specific_reservation_required = true
  specific_reservation {
    count = 2
    instance_properties {
      machine_type     = "n2-standard-2"
      min_cpu_platform = "Intel Cascade Lake"
    }
  }
}
