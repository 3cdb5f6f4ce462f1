terraform {
  required_providers { google = { source = "hashicorp/google" } }
}
provider "google" {
  project = "bench-project"
  region  = "europe-west1"
}
resource "google_compute_network" "main" {
  name                    = "main"
  auto_create_subnetworks = false
}
resource "google_compute_subnetwork" "main" {
  name          = "main"
  network       = google_compute_network.main.id
  ip_cidr_range = "10.0.0.0/24"
}
resource "google_storage_bucket" "main" {
  name     = "bench-project-files"
  location = "EU"
}
resource "google_service_account" "main" {
  account_id = "runner"
}
