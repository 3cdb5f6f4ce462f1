resource "google_pubsub_subscription_iam_member" "full" {
  project      = "corpus-example"
  subscription = google_pubsub_subscription.full.name
  role         = "roles/pubsub.editor"
  member       = google_service_account.minimal.member
}
