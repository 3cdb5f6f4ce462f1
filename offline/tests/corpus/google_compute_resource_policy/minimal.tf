resource "google_compute_resource_policy" "minimal" {
  name = "policy-minimal"
  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "04:00"
      }
    }
  }
}
