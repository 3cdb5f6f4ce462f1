resource "google_pubsub_topic_iam_binding" "full" {
  project = "corpus-example"
  topic   = google_pubsub_topic.full.name
  role    = "roles/pubsub.publisher"
  members = ["user:someone@example.com", "group:others@example.com"]
}
