resource "google_compute_image" "full" {
  name              = "image-full"
  description       = "Image of the corpus"
  family            = "corpus"
  source_disk       = google_compute_disk.full.id
  storage_locations = ["us"]
  labels = {
    team = "platform"
  }
  guest_os_features {
    type = "UEFI_COMPATIBLE"
  }
}
