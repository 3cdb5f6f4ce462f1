resource "google_pubsub_topic_iam_member" "minimal" {
  topic  = google_pubsub_topic.minimal.name
  role   = "roles/pubsub.publisher"
  member = "user:someone@example.com"
}
