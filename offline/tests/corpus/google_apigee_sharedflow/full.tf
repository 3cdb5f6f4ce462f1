resource "google_apigee_sharedflow" "full" {
  name          = "flow-full"
  org_id        = google_apigee_organization.minimal.name
  config_bundle = "flow-1.zip"
  timeouts {
    create = "5m"
  }
}
