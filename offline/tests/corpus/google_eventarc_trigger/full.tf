resource "google_eventarc_trigger" "full" {
  name            = "trigger-full"
  location        = "us-central1"
  service_account = google_service_account.minimal.email
  labels = {
    team = "corpus"
  }
  matching_criteria {
    attribute = "type"
    value     = "google.cloud.pubsub.topic.v1.messagePublished"
  }
  transport {
    pubsub {
      topic = google_pubsub_topic.minimal.id
    }
  }
  destination {
    cloud_run_service {
      service = google_cloud_run_v2_service.minimal.name
      region  = "us-central1"
      path    = "/events"
    }
  }
}
