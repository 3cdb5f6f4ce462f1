resource "google_apigee_sharedflow_deployment" "minimal" {
  org_id        = google_apigee_organization.minimal.name
  environment   = google_apigee_environment.minimal.name
  sharedflow_id = google_apigee_sharedflow.minimal.name
  revision      = google_apigee_sharedflow.minimal.latest_revision_id
}
