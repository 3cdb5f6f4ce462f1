resource "google_apigee_envgroup_attachment" "full" {
  envgroup_id = google_apigee_envgroup.full.id
  environment = google_apigee_environment.minimal.name
}
