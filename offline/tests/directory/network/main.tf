terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

variable "name" {
  type = string
}

variable "range" {
  type = string
}

resource "google_project_service" "compute" {
  service            = "compute.googleapis.com"
  disable_on_destroy = false
}

resource "google_compute_network" "this" {
  name                    = var.name
  auto_create_subnetworks = false
  depends_on              = [google_project_service.compute]
}

resource "google_compute_subnetwork" "this" {
  name          = "${var.name}-only"
  network       = google_compute_network.this.id
  ip_cidr_range = var.range
}

output "name" {
  value = google_compute_network.this.name
}

output "subnetwork" {
  value = google_compute_subnetwork.this.id
}
