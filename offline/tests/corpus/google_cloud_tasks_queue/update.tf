resource "google_cloud_tasks_queue" "full" {
  name     = "queue-full"
  location = "us-central1"
  rate_limits {
    max_concurrent_dispatches = 3
    max_dispatches_per_second = 2
  }
  retry_config {
    max_attempts       = 6
    max_retry_duration = "4s"
    max_backoff        = "3s"
    min_backoff        = "2s"
    max_doublings      = 1
  }
  stackdriver_logging_config {
    sampling_ratio = 0.9
  }
}
