resource "google_apigee_nat_address" "minimal" {
  name        = "nat-minimal"
  instance_id = google_apigee_instance.minimal.id
}
