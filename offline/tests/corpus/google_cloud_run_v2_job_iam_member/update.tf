resource "google_cloud_run_v2_job_iam_member" "full" {
  project  = "corpus-example"
  name     = google_cloud_run_v2_job.full.name
  location = "us-central1"
  role     = "roles/run.developer"
  member   = google_service_account.minimal.member
}
