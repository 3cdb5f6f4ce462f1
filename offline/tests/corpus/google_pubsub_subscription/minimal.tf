resource "google_pubsub_subscription" "minimal" {
  name  = "subscription-minimal"
  topic = google_pubsub_topic.minimal.id
}
