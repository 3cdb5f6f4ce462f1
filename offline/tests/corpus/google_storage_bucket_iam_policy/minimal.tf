resource "google_storage_bucket" "policy_minimal" {
  name                        = "corpus-example-bucket-policy-minimal"
  location                    = "US"
  uniform_bucket_level_access = true
}

resource "google_storage_bucket_iam_policy" "minimal" {
  bucket      = google_storage_bucket.policy_minimal.name
  policy_data = jsonencode({ bindings = [{ role = "roles/storage.admin", members = ["user:someone@example.com"] }] })
}
