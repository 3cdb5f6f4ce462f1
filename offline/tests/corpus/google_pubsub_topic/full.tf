resource "google_pubsub_topic" "full" {
  name                       = "topic-full"
  message_retention_duration = "86600s"
  labels = {
    team = "corpus"
  }
  message_storage_policy {
    allowed_persistence_regions = ["us-central1", "us-east1"]
  }
}
