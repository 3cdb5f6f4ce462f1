resource "google_apigee_nat_address" "full" {
  name        = "nat-other"
  instance_id = google_apigee_instance.minimal.id
  activate    = true
}
