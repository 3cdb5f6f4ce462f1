resource "google_cloud_run_v2_service_iam_member" "full" {
  project  = "corpus-example"
  name     = google_cloud_run_v2_service.full.id
  location = "us-central1"
  role     = "roles/run.viewer"
  member   = google_service_account.minimal.member
}
