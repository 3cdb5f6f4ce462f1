resource "google_apigee_sharedflow" "minimal" {
  name          = "flow-minimal"
  org_id        = google_apigee_organization.minimal.name
  config_bundle = "flow-1.zip"
}
