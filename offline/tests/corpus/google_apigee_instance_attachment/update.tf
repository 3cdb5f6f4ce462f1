resource "google_apigee_instance_attachment" "full" {
  instance_id = google_apigee_instance.full.id
  environment = google_apigee_environment.full.name
}
