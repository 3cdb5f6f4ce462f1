resource "google_compute_snapshot" "minimal" {
  name        = "snapshot-minimal"
  source_disk = google_compute_disk.minimal.id
}
