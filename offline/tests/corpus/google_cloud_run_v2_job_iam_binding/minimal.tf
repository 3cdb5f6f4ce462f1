resource "google_cloud_run_v2_job" "binding_minimal" {
  name                = "job-binding-minimal"
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

resource "google_cloud_run_v2_job_iam_binding" "minimal" {
  name     = google_cloud_run_v2_job.binding_minimal.name
  location = "us-central1"
  role     = "roles/run.invoker"
  members  = ["user:someone@example.com"]
}
