resource "google_apigee_api" "minimal" {
  name          = "proxy-minimal"
  org_id        = google_apigee_organization.minimal.name
  config_bundle = "proxy-1.zip"
}
