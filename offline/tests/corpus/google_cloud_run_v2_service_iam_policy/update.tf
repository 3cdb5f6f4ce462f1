resource "google_cloud_run_v2_service" "policy_full" {
  name                = "service-policy-full"
  location            = "us-central1"
  deletion_protection = false
  template {
    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"
    }
  }
}

data "google_iam_policy" "service_policy" {
  binding {
    role    = "roles/run.viewer"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_cloud_run_v2_service_iam_policy" "full" {
  project     = "corpus-example"
  name        = google_cloud_run_v2_service.policy_full.name
  location    = "us-central1"
  policy_data = data.google_iam_policy.service_policy.policy_data
}
