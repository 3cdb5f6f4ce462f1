resource "google_monitoring_group" "full" {
  display_name = "full"
  filter       = "resource.metadata.region=\"us-east4\""
  is_cluster   = true
  parent_name  = google_monitoring_group.minimal.name
}
