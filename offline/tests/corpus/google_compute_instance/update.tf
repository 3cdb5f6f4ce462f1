resource "google_compute_instance" "full" {
  name                      = "instance-full"
  machine_type              = "n2-standard-2"
  zone                      = "us-central1-b"
  description               = "Machine of the corpus"
  hostname                  = "machine.example.com"
  can_ip_forward            = true
  deletion_protection       = false
  enable_display            = true
  allow_stopping_for_update = true
  tags                      = ["web", "worker"]
  labels = {
    team = "platform"
  }
  metadata = {
    enable-oslogin = "TRUE"
  }
  boot_disk {
    auto_delete = false
    initialize_params {
      image = "projects/debian-cloud/global/images/debian-12-bookworm-v20250101"
      size  = 20
      type  = "pd-balanced"
    }
  }
  network_interface {
    subnetwork = google_compute_subnetwork.minimal.id
    access_config {
      network_tier = "STANDARD"
    }
  }
  scheduling {
    automatic_restart   = false
    preemptible         = true
    on_host_maintenance = "TERMINATE"
    provisioning_model  = "SPOT"
  }
  service_account {
    email  = google_service_account.minimal.email
    scopes = ["cloud-platform"]
  }
  shielded_instance_config {
    enable_secure_boot = true
  }
}
