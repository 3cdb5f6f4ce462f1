resource "google_cloud_run_v2_service" "policy_minimal" {
  name                = "service-policy-minimal"
  location            = "us-central1"
  deletion_protection = false
  template {
    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"
    }
  }
}

resource "google_cloud_run_v2_service_iam_policy" "minimal" {
  name        = google_cloud_run_v2_service.policy_minimal.name
  location    = "us-central1"
  policy_data = jsonencode({ bindings = [{ role = "roles/run.invoker", members = ["user:someone@example.com"] }] })
}
