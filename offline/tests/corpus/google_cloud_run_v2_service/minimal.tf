resource "google_cloud_run_v2_service" "minimal" {
  name                = "service-minimal"
  location            = "us-central1"
  deletion_protection = false
  scaling {
    min_instance_count = 1
  }
  template {
    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"
    }
  }
}
