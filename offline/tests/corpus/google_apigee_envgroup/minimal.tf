resource "google_apigee_envgroup" "minimal" {
  org_id = google_apigee_organization.minimal.id
  name   = "group-minimal"
}
