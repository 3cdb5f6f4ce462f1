resource "google_spanner_instance" "minimal" {
  config       = "regional-us-central1"
  display_name = "minimal"
  num_nodes    = 1
}
