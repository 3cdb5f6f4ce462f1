resource "google_pubsub_topic" "policy_minimal" {
  name = "topic-policy-minimal"
}

resource "google_pubsub_topic_iam_policy" "minimal" {
  topic       = google_pubsub_topic.policy_minimal.name
  policy_data = jsonencode({ bindings = [{ role = "roles/pubsub.viewer", members = ["user:someone@example.com"] }] })
}
