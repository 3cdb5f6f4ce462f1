resource "google_pubsub_topic" "minimal" {
  name = "topic-minimal"
}
