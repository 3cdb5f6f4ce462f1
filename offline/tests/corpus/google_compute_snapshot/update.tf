resource "google_compute_snapshot" "full" {
  name              = "snapshot-full"
  description       = "Snapshot of the corpus"
  source_disk       = google_compute_disk.full.id
  zone              = "us-central1-b"
  storage_locations = ["us-central1"]
  labels = {
    team = "platform"
  }
}
