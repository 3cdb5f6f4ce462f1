resource "google_storage_bucket" "minimal" {
  name     = "corpus-example-minimal"
  location = "US"
}
