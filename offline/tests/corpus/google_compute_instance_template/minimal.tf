resource "google_compute_instance_template" "minimal" {
  name         = "template-minimal"
  machine_type = "e2-micro"
  disk {
    source_image = "projects/debian-cloud/global/images/debian-12-bookworm-v20250101"
  }
  network_interface {
    network = google_compute_network.minimal.id
  }
}
