resource "google_compute_region_disk" "minimal" {
  name          = "region-disk-minimal"
  region        = "us-central1"
  replica_zones = ["us-central1-a", "us-central1-b"]
}
