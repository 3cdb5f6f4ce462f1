resource "google_cloud_run_v2_service_iam_binding" "minimal" {
  name     = google_cloud_run_v2_service.minimal.name
  location = "us-central1"
  role     = "roles/run.viewer"
  members  = ["user:someone@example.com"]
}
