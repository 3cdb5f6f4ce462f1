resource "google_pubsub_subscription" "full" {
  name                         = "subscription-full"
  topic                        = google_pubsub_topic.full.name
  ack_deadline_seconds         = 30
  message_retention_duration   = "1200s"
  retain_acked_messages        = true
  enable_message_ordering      = true
  filter                       = "attributes.kind = \"order\""
  labels = {
    team = "corpus"
  }
  expiration_policy {
    ttl = "300000.5s"
  }
  retry_policy {
    minimum_backoff = "10s"
  }
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.minimal.id
    max_delivery_attempts = 10
  }
  push_config {
    push_endpoint = "https://example.com/push"
    attributes = {
      x-goog-version = "v1"
    }
    oidc_token {
      service_account_email = google_service_account.minimal.email
    }
  }
}
