resource "google_compute_backend_bucket" "minimal" {
  name        = "backend-bucket-minimal"
  bucket_name = google_storage_bucket.minimal.name
}
