resource "google_apigee_sharedflow_deployment" "full" {
  org_id          = google_apigee_organization.minimal.name
  environment     = google_apigee_environment.full.name
  sharedflow_id   = google_apigee_sharedflow.minimal.name
  revision        = google_apigee_sharedflow.minimal.latest_revision_id
  service_account = google_service_account.full.email
}
