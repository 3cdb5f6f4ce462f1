resource "google_storage_bucket_iam_binding" "minimal" {
  bucket  = google_storage_bucket.minimal.name
  role    = "roles/storage.objectCreator"
  members = ["user:someone@example.com"]
}
