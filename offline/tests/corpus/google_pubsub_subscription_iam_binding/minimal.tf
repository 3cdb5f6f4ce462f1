resource "google_pubsub_subscription" "binding_minimal" {
  name  = "subscription-binding-minimal"
  topic = google_pubsub_topic.minimal.id
}

resource "google_pubsub_subscription_iam_binding" "minimal" {
  subscription = google_pubsub_subscription.binding_minimal.name
  role         = "roles/pubsub.viewer"
  members      = ["user:someone@example.com"]
}
