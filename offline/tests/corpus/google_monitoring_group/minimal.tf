resource "google_monitoring_group" "minimal" {
  display_name = "minimal"
  filter       = "resource.metadata.region=\"us-central1\""
}
