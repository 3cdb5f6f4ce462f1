resource "google_storage_bucket_iam_member" "full" {
  bucket = google_storage_bucket.full.name
  role   = "roles/storage.objectAdmin"
  member = google_service_account.minimal.member
  condition {
    title      = "prefix"
    expression = "resource.name.startsWith(\"projects/_/buckets/corpus-example-full/objects/b\")"
  }
}
