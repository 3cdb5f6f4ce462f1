resource "google_storage_bucket" "policy_full" {
  name                        = "corpus-example-bucket-policy-full"
  location                    = "US"
  uniform_bucket_level_access = true
}

data "google_iam_policy" "bucket_policy" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/storage.admin"
    members = ["user:someone@example.com"]
  }
}

resource "google_storage_bucket_iam_policy" "full" {
  bucket      = google_storage_bucket.policy_full.name
  policy_data = data.google_iam_policy.bucket_policy.policy_data
}
