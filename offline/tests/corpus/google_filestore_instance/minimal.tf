resource "google_filestore_instance" "minimal" {
  name     = "filestore-minimal"
  location = "us-central1-b"
  tier     = "BASIC_HDD"
  file_shares {
    name        = "share"
    capacity_gb = 1024
  }
  networks {
    network = google_compute_network.minimal.name
    modes   = ["MODE_IPV4"]
  }
}
