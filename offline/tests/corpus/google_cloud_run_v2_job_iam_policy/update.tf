resource "google_cloud_run_v2_job" "policy_full" {
  name                = "job-policy-full"
  location            = "us-central1"
  deletion_protection = false
  template {
    template {
      containers {
        image = "us-docker.pkg.dev/cloudrun/container/job"
      }
    }
  }
}

data "google_iam_policy" "job_policy" {
  binding {
    role    = "roles/run.viewer"
    members = [google_service_account.minimal.member, "group:team@example.com"]
  }
}

resource "google_cloud_run_v2_job_iam_policy" "full" {
  project     = "corpus-example"
  name        = google_cloud_run_v2_job.policy_full.name
  location    = "us-central1"
  policy_data = data.google_iam_policy.job_policy.policy_data
}
