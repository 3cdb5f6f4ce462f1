resource "google_storage_bucket_object" "full" {
  name                = "folder/full.json"
  bucket              = google_storage_bucket.full.name
  content             = "{\"a\": 1}"
  content_type        = "application/json"
  cache_control       = "no-store"
  content_disposition = "attachment"
  content_language    = "en"
  storage_class       = "STANDARD"
  metadata = {
    owner = "corpus"
  }
}
