resource "google_cloud_run_v2_service" "minimal" {
  name                = "service-minimal"
  location            = "us-central1"
  deletion_protection = false
  template {
    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"
    }
  }
}
