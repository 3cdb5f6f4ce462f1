resource "google_kms_key_ring" "full" {
  name     = "ring-full"
  location = "global"
  project  = "corpus-example"
}
