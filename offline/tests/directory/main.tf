terraform {
  required_providers {
    google      = { source = "hashicorp/google", version = "~> 6.50" }
    google-beta = { source = "hashicorp/google-beta" }
    random      = { source = "hashicorp/random" }
  }
}

variable "address" {
  default = "address"
}

variable "range" {
  default = "10.0.0.0/24"
}

provider "google" {
  project        = "first-project"
  region         = "us-central1"
  default_labels = { team = "a" }
}

provider "google" {
  alias   = "europe"
  project = "second-project"
  region  = "europe-west1"
}

provider "google-beta" {
  project = "beta-project"
  region  = "us-east1"
}

data "google_project" "first" {}

data "google_project" "second" {
  provider = google.europe
}

module "network" {
  source   = "./network"
  for_each = toset(["alpha", "beta"])
  name     = each.key
  range    = var.range
}

module "network_europe" {
  source    = "./network"
  name      = "europe"
  range     = var.range
  providers = { google = google.europe }
}

resource "google_compute_address" "many" {
  count      = 2
  name       = "${var.address}-${count.index}"
  depends_on = [module.network]
}

resource "google_compute_address" "europe" {
  provider   = google.europe
  name       = "address"
  depends_on = [module.network_europe]
}

resource "google_compute_address" "beta" {
  provider = google-beta
  name     = "address"
}

resource "google_project_service" "apis" {
  for_each           = toset(["dns", "container", "pubsub"])
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

resource "google_pubsub_topic" "events" {
  name       = "events"
  labels     = { a = "b" }
  depends_on = [google_project_service.apis]
}

resource "google_compute_instance" "machine" {
  name         = "machine"
  machine_type = "e2-micro"
  zone         = "us-central1-a"

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
    }
  }

  network_interface {
    subnetwork = module.network["alpha"].subnetwork
    access_config {}
  }
}

resource "google_container_cluster" "cluster" {
  name                = "cluster"
  location            = "us-central1"
  initial_node_count  = 1
  deletion_protection = false
  depends_on          = [google_project_service.apis]
}

resource "random_pet" "name" {
  keepers = { address = var.address }
}

resource "random_password" "password" {
  length = 20
}

data "google_compute_network" "alpha" {
  name = module.network["alpha"].name
}

data "google_compute_network" "elsewhere" {
  name = "default"
}

output "projects" {
  value = [data.google_project.first.project_id, data.google_project.second.project_id, google_compute_address.beta.project]
}

output "regions" {
  value = [google_compute_address.many[0].region, google_compute_address.europe.region]
}

output "network" {
  value = data.google_compute_network.alpha.self_link
}

output "labels" {
  value = google_pubsub_topic.events.effective_labels
}
