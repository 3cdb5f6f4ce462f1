resource "google_apigee_instance_attachment" "minimal" {
  instance_id = google_apigee_instance.minimal.id
  environment = google_apigee_environment.minimal.name
}
