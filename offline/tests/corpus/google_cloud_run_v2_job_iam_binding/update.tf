resource "google_cloud_run_v2_job" "binding_full" {
  name                = "job-binding-full"
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

resource "google_cloud_run_v2_job_iam_binding" "full" {
  project  = "corpus-example"
  name     = google_cloud_run_v2_job.binding_full.name
  location = "us-central1"
  role     = "roles/run.viewer"
  members  = [google_service_account.minimal.member, "group:team@example.com"]
}
