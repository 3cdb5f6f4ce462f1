resource "google_pubsub_topic_iam_binding" "minimal" {
  topic   = google_pubsub_topic.minimal.name
  role    = "roles/pubsub.subscriber"
  members = ["user:someone@example.com"]
}
