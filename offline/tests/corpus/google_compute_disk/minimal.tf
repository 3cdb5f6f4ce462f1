resource "google_compute_disk" "minimal" {
  name = "disk-minimal"
  size = 10
}
