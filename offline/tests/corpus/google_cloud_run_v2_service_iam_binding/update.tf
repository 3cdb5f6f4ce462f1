resource "google_cloud_run_v2_service_iam_binding" "full" {
  project  = "corpus-example"
  name     = google_cloud_run_v2_service.full.name
  location = "us-central1"
  role     = "roles/run.invoker"
  members  = ["allAuthenticatedUsers"]
}
