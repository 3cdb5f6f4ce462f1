resource "google_eventarc_trigger" "minimal" {
  name     = "trigger-minimal"
  location = "us-central1"
  matching_criteria {
    attribute = "type"
    value     = "google.cloud.pubsub.topic.v1.messagePublished"
  }
  destination {
    cloud_run_service {
      service = google_cloud_run_v2_service.minimal.name
      region  = "us-central1"
    }
  }
}
