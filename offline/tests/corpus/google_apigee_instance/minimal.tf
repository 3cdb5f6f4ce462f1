resource "google_apigee_instance" "minimal" {
  name     = "instance-minimal"
  location = "us-central1"
  org_id   = google_apigee_organization.minimal.id
}
