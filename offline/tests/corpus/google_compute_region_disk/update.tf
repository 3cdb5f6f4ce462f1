resource "google_compute_region_disk" "full" {
  name                      = "region-disk-full"
  region                    = "us-central1"
  description               = "Disk of the corpus"
  type                      = "pd-ssd"
  size                      = 40
  physical_block_size_bytes = 4096
  replica_zones             = ["us-central1-a", "us-central1-f"]
  labels = {
    team = "corpus"
  }
}
