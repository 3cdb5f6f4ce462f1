provider "google" {
  project = "p-one"
  region  = "europe-west1"
  zone    = "europe-west1-b"
}
resource "google_compute_instance" "main" {
  name             = "main"
  machine_type     = "e2-small"
  min_cpu_platform = "Automatic"
  boot_disk {
    initialize_params { image = "debian-cloud/debian-12" }
  }
  network_interface { network = "default" }
  service_account { scopes = [] }
}
resource "google_compute_resource_policy" "main" { name = "main" }
resource "google_compute_disk" "main" { name = "main" }
resource "google_compute_forwarding_rule" "main" {
  name   = "main"
  target = "projects/p-one/regions/europe-west1/targetPools/main"
}
resource "google_vmwareengine_private_cloud" "main" {
  name     = "main"
  location = "europe-west1-b"
  type     = "STANDARD"
  network_config {
    management_cidr       = "192.168.30.0/24"
    vmware_engine_network = "projects/p-one/locations/global/vmwareEngineNetworks/main"
  }
  management_cluster {
    cluster_id = "main"
    node_type_configs {
      node_type_id = "standard-72"
      node_count   = 3
    }
  }
}
resource "google_certificate_manager_certificate" "main" {
  name  = "main"
  scope = "DEFAULT"
  managed { domains = ["a.example.com"] }
}
resource "google_cloud_tasks_queue" "main" {
  name     = "main"
  location = "europe-west1"
  retry_config { max_retry_duration = "0s" }
}
resource "google_colab_runtime_template" "main" {
  display_name = "main"
  location     = "europe-west1"
  machine_spec { machine_type = "n1-standard-4" }
  shielded_vm_config {}
  euc_config { euc_disabled = false }
}
resource "google_container_cluster" "autopilot" {
  name             = "autopilot"
  location         = "europe-west1"
  enable_autopilot = true
  cluster_autoscaling {
    auto_provisioning_defaults { service_account = "a@p-one.iam.gserviceaccount.com" }
  }
}
resource "google_container_cluster" "standard" {
  name               = "standard"
  location           = "europe-west1"
  initial_node_count = 1
  node_config { machine_type = "e2-small" }
  cluster_autoscaling { enabled = false }
}
resource "google_cloud_run_service" "main" {
  name     = "main"
  location = "europe-west1"
  metadata { annotations = { "run.googleapis.com/ingress" = "internal" } }
  template {
    spec {
      containers { image = "us-docker.pkg.dev/cloudrun/container/hello" }
    }
  }
}
