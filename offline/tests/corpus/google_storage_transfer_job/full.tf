resource "google_storage_transfer_job" "full" {
  description = "full"
  project     = "corpus-example"
  status      = "ENABLED"
  transfer_spec {
    object_conditions {
      max_time_elapsed_since_last_modification = "600s"
      exclude_prefixes                         = ["tmp/"]
    }
    transfer_options {
      delete_objects_unique_in_sink = false
      overwrite_when                = "DIFFERENT"
    }
    gcs_data_source {
      bucket_name = google_storage_bucket.minimal.name
      path        = "a/"
    }
    gcs_data_sink {
      bucket_name = google_storage_bucket.full.name
      path        = "b/"
    }
  }
  schedule {
    schedule_start_date {
      year  = 2030
      month = 10
      day   = 1
    }
    start_time_of_day {
      hours   = 23
      minutes = 30
      seconds = 0
      nanos   = 0
    }
    repeat_interval = "604800s"
  }
}
