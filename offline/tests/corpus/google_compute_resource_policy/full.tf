resource "google_compute_resource_policy" "full" {
  name        = "policy-full"
  region      = "us-central1"
  description = "Start and stop"
  instance_schedule_policy {
    time_zone = "US/Central"
    vm_start_schedule {
      schedule = "0 8 * * *"
    }
    vm_stop_schedule {
      schedule = "0 18 * * *"
    }
  }
}
