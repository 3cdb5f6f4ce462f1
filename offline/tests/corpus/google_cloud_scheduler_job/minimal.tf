resource "google_cloud_scheduler_job" "minimal" {
  name     = "scheduler-minimal"
  schedule = "*/5 * * * *"
  pubsub_target {
    topic_name = google_pubsub_topic.minimal.id
    data       = "dGVzdA=="
  }
}
