resource "google_kms_key_ring" "full" {
  name     = "ring-full"
  location = "us-east1"
  project  = "corpus-example"
}
