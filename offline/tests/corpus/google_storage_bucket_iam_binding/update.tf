resource "google_storage_bucket_iam_binding" "full" {
  bucket  = google_storage_bucket.full.name
  role    = "roles/storage.objectViewer"
  members = ["allUsers", google_service_account.minimal.member]
}
