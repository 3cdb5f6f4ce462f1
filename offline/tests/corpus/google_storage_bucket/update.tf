resource "google_storage_bucket" "full" {
  name                        = "corpus-example-full"
  location                    = "us-central1"
  storage_class               = "NEARLINE"
  force_destroy               = true
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  labels = {
    team = "platform"
  }
  versioning {
    enabled = true
  }
  soft_delete_policy {
    retention_duration_seconds = 0
  }
  cors {
    origin          = ["https://example.com"]
    method          = ["GET", "HEAD"]
    response_header = ["Content-Type"]
    max_age_seconds = 3600
  }
  lifecycle_rule {
    action {
      type          = "SetStorageClass"
      storage_class = "COLDLINE"
    }
    condition {
      age                   = 30
      matches_storage_class = ["NEARLINE"]
    }
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 5
      with_state         = "ARCHIVED"
    }
  }
  website {
    main_page_suffix = "index.html"
    not_found_page   = "404.html"
  }
}
