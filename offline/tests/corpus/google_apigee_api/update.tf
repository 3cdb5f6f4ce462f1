resource "google_apigee_api" "full" {
  name          = "proxy-full"
  org_id        = google_apigee_organization.minimal.name
  config_bundle = "proxy-2.zip"
  timeouts {
    create = "5m"
  }
}
