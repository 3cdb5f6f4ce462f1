resource "google_secret_manager_secret" "full" {
  secret_id = "secret-full"
  ttl       = "864000s"
  labels = {
    team = "corpus"
  }
  annotations = {
    owner = "someone"
  }
  version_aliases = {}
  topics {
    name = google_pubsub_topic.minimal.id
  }
  replication {
    user_managed {
      replicas {
        location = "us-central1"
      }
      replicas {
        location = "us-east1"
      }
    }
  }
}
