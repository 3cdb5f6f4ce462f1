resource "google_pubsub_topic_iam_member" "full" {
  project = "corpus-example"
  topic   = google_pubsub_topic.full.id
  role    = "roles/pubsub.editor"
  member  = google_service_account.minimal.member
}
