resource "google_compute_instance_template" "full" {
  name_prefix          = "template-full-"
  description          = "Template of the corpus"
  instance_description = "Machine of the corpus"
  machine_type         = "e2-standard-2"
  region               = "us-central1"
  can_ip_forward       = true
  tags                 = ["web"]
  labels = {
    team = "corpus"
  }
  metadata = {
    startup-script = "echo hello"
  }
  disk {
    source_image = "projects/debian-cloud/global/images/debian-12-bookworm-v20250101"
    auto_delete  = true
    boot         = true
    disk_size_gb = 20
    disk_type    = "pd-balanced"
  }
  network_interface {
    subnetwork = google_compute_subnetwork.minimal.id
  }
  scheduling {
    automatic_restart = true
  }
  service_account {
    email  = google_service_account.minimal.email
    scopes = ["cloud-platform"]
  }
}
