resource "google_compute_instance" "minimal" {
  name         = "instance-minimal"
  machine_type = "e2-micro"
  boot_disk {
    initialize_params {
      image = "projects/debian-cloud/global/images/debian-12-bookworm-v20250101"
    }
  }
  network_interface {
    subnetwork = google_compute_subnetwork.minimal.id
  }
}
