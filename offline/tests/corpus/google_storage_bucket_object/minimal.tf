resource "google_storage_bucket_object" "minimal" {
  name    = "minimal.txt"
  bucket  = google_storage_bucket.minimal.name
  content = "Hello"
}
