resource "google_compute_image" "minimal" {
  name        = "image-minimal"
  source_disk = google_compute_disk.minimal.id
}
