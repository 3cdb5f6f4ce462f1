resource "google_cloud_run_v2_job" "policy_minimal" {
  name                = "job-policy-minimal"
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

resource "google_cloud_run_v2_job_iam_policy" "minimal" {
  name        = google_cloud_run_v2_job.policy_minimal.name
  location    = "us-central1"
  policy_data = jsonencode({ bindings = [{ role = "roles/run.invoker", members = ["user:someone@example.com"] }] })
}
