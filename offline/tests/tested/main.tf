terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

provider "google" {
  project = "p-one-example"
  region  = "europe-west1"
}

variable "name" {
  type    = string
  default = "first"

  validation {
    condition     = length(var.name) < 10
    error_message = "The name is too long."
  }
}

data "google_project" "it" {}

resource "google_project_service" "compute" {
  service = "compute.googleapis.com"
}

resource "google_compute_network" "it" {
  name                    = var.name
  auto_create_subnetworks = false
  depends_on              = [google_project_service.compute]
}

resource "google_compute_subnetwork" "it" {
  name          = "${var.name}-subnet"
  network       = google_compute_network.it.id
  ip_cidr_range = "10.0.0.0/24"
}

resource "google_storage_bucket" "it" {
  name     = "p-one-example-bucket"
  location = "EU"
}

output "gateway" {
  value = google_compute_subnetwork.it.gateway_address
}

output "number" {
  value = data.google_project.it.number
}

output "network" {
  value = provider::google::name_from_id(google_compute_network.it.id)
}
