resource "google_apigee_environment" "minimal" {
  org_id = google_apigee_organization.minimal.id
  name   = "minimal"
}
