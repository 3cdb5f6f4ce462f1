resource "google_pubsub_subscription" "binding_full" {
  name  = "subscription-binding-full"
  topic = google_pubsub_topic.minimal.id
}

resource "google_pubsub_subscription_iam_binding" "full" {
  project      = "corpus-example"
  subscription = google_pubsub_subscription.binding_full.name
  role         = "roles/pubsub.subscriber"
  members      = ["user:someone@example.com", google_service_account.minimal.member]
}
