resource "google_cloud_run_v2_service" "full" {
  name                 = "service-full"
  location             = "us-central1"
  description          = "Service of the corpus"
  ingress              = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  launch_stage         = "GA"
  deletion_protection  = false
  invoker_iam_disabled = false
  labels = {
    team = "corpus"
  }
  annotations = {
    owner = "someone"
  }
  scaling {
    min_instance_count = 1
  }
  template {
    service_account                  = google_service_account.minimal.email
    timeout                          = "60s"
    max_instance_request_concurrency = 40
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    labels = {
      part = "template"
    }
    scaling {
      min_instance_count = 1
      max_instance_count = 5
    }
    volumes {
      name = "scratch"
      empty_dir {
        medium     = "MEMORY"
        size_limit = "64Mi"
      }
    }
    volumes {
      name = "key"
      secret {
        secret = google_secret_manager_secret.minimal.secret_id
        items {
          path    = "key"
          version = "latest"
        }
      }
    }
    containers {
      name    = "main"
      image   = "us-docker.pkg.dev/cloudrun/container/hello"
      command = ["/server"]
      args    = ["--verbose"]
      ports {
        name           = "h2c"
        container_port = 8081
      }
      env {
        name  = "LEVEL"
        value = "debug"
      }
      env {
        name = "KEY"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret_version.minimal.secret
            version = "latest"
          }
        }
      }
      resources {
        cpu_idle          = false
        startup_cpu_boost = true
        limits = {
          cpu    = "2"
          memory = "1Gi"
        }
      }
      volume_mounts {
        name       = "scratch"
        mount_path = "/scratch"
      }
      volume_mounts {
        name       = "key"
        mount_path = "/keys"
      }
      startup_probe {
        initial_delay_seconds = 5
        failure_threshold     = 5
        tcp_socket {
          port = 8081
        }
      }
      liveness_probe {
        period_seconds = 20
        http_get {
          path = "/health"
          http_headers {
            name  = "X-Probe"
            value = "live"
          }
        }
      }
    }
  }
  traffic {
    type    = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
    percent = 100
    tag     = "blue"
  }
  depends_on = [google_secret_manager_secret_iam_member.minimal]
}
