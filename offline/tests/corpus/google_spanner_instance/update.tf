resource "google_spanner_instance" "full" {
  name             = "spanner-full"
  config           = "regional-us-central1"
  display_name     = "Corpus"
  edition          = "ENTERPRISE"
  processing_units = 300
  force_destroy    = true
  labels = {
    team = "corpus"
  }
}
