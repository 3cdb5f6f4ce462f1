resource "google_cloud_run_v2_job" "full" {
  name                = "job-full"
  location            = "us-central1"
  deletion_protection = false
  labels = {
    team = "corpus"
  }
  template {
    parallelism = 2
    task_count  = 4
    labels = {
      part = "execution"
    }
    template {
      max_retries           = 1
      timeout               = "1800s"
      service_account       = google_service_account.minimal.email
      execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
      containers {
        image = "us-docker.pkg.dev/cloudrun/container/job"
        args  = ["--all"]
        env {
          name  = "LEVEL"
          value = "debug"
        }
        resources {
          limits = {
            cpu    = "1"
            memory = "512Mi"
          }
        }
      }
    }
  }
}
