resource "google_pubsub_subscription" "policy_minimal" {
  name  = "subscription-policy-minimal"
  topic = google_pubsub_topic.minimal.id
}

resource "google_pubsub_subscription_iam_policy" "minimal" {
  subscription = google_pubsub_subscription.policy_minimal.name
  policy_data  = jsonencode({ bindings = [{ role = "roles/pubsub.viewer", members = ["user:someone@example.com"] }] })
}
