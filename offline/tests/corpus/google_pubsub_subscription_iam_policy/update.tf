resource "google_pubsub_subscription" "policy_full" {
  name  = "subscription-policy-full"
  topic = google_pubsub_topic.minimal.id
}

data "google_iam_policy" "subscription_policy" {
  binding {
    role    = "roles/pubsub.subscriber"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_pubsub_subscription_iam_policy" "full" {
  project      = "corpus-example"
  subscription = google_pubsub_subscription.policy_full.name
  policy_data  = data.google_iam_policy.subscription_policy.policy_data
}
