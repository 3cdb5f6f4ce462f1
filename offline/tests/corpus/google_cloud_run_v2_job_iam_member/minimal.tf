resource "google_cloud_run_v2_job_iam_member" "minimal" {
  name     = google_cloud_run_v2_job.minimal.name
  location = "us-central1"
  role     = "roles/run.invoker"
  member   = "user:someone@example.com"
}
