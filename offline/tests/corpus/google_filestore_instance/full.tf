resource "google_filestore_instance" "full" {
  name        = "filestore-full"
  location    = "us-central1-b"
  description = "Files of the corpus"
  tier        = "BASIC_SSD"
  labels = {
    team = "corpus"
  }
  file_shares {
    name        = "share"
    capacity_gb = 2560
    nfs_export_options {
      ip_ranges   = ["10.0.0.0/24"]
      access_mode = "READ_WRITE"
      squash_mode = "NO_ROOT_SQUASH"
    }
  }
  networks {
    network      = google_compute_network.full.name
    modes        = ["MODE_IPV4"]
    connect_mode = "DIRECT_PEERING"
  }
}
