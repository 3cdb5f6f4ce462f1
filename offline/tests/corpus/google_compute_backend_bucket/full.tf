resource "google_compute_backend_bucket" "full" {
  name                    = "backend-bucket-full"
  description             = "Files of the corpus"
  bucket_name             = google_storage_bucket.full.name
  enable_cdn              = true
  compression_mode        = "AUTOMATIC"
  custom_response_headers = ["X-Frame-Options: DENY"]
  cdn_policy {
    cache_mode        = "CACHE_ALL_STATIC"
    client_ttl        = 600
    default_ttl       = 3600
    max_ttl           = 86400
    negative_caching  = true
    serve_while_stale = 60
    negative_caching_policy {
      code = 404
      ttl  = 30
    }
    cache_key_policy {
      query_string_whitelist = ["version"]
    }
  }
}
