resource "google_apigee_envgroup_attachment" "minimal" {
  envgroup_id = google_apigee_envgroup.minimal.id
  environment = google_apigee_environment.minimal.name
}
