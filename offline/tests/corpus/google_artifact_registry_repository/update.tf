resource "google_artifact_registry_repository" "full" {
  location               = "us-central1"
  repository_id          = "repository-full"
  description            = "Images"
  format                 = "DOCKER"
  cleanup_policy_dry_run = true
  labels = {
    team = "corpus"
  }
  docker_config {
    immutable_tags = true
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "UNTAGGED"
      older_than = "2592000s"
    }
  }
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 20
    }
  }
}
