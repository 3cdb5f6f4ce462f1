resource "google_cloud_run_v2_service_iam_member" "minimal" {
  name     = google_cloud_run_v2_service.minimal.name
  location = "us-central1"
  role     = "roles/run.invoker"
  member   = "allUsers"
}
