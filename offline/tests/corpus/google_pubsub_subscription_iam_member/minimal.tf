resource "google_pubsub_subscription_iam_member" "minimal" {
  subscription = google_pubsub_subscription.minimal.name
  role         = "roles/pubsub.subscriber"
  member       = "user:someone@example.com"
}
