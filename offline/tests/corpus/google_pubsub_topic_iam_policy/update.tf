resource "google_pubsub_topic" "policy_full" {
  name = "topic-policy-full"
}

data "google_iam_policy" "topic_policy" {
  binding {
    role    = "roles/pubsub.publisher"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_pubsub_topic_iam_policy" "full" {
  project     = "corpus-example"
  topic       = google_pubsub_topic.policy_full.id
  policy_data = data.google_iam_policy.topic_policy.policy_data
}
