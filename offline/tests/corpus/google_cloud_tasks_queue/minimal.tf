resource "google_cloud_tasks_queue" "minimal" {
  name     = "queue-minimal"
  location = "us-central1"
}
