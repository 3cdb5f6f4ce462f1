resource "google_compute_disk" "full" {
  name                      = "disk-full"
  zone                      = "us-central1-b"
  description               = "Disk of the corpus"
  type                      = "pd-ssd"
  size                      = 60
  physical_block_size_bytes = 4096
  labels = {
    team = "platform"
  }
}
