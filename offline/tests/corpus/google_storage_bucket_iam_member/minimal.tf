resource "google_storage_bucket_iam_member" "minimal" {
  bucket = google_storage_bucket.minimal.name
  role   = "roles/storage.objectViewer"
  member = "user:someone@example.com"
}
