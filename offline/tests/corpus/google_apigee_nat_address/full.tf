resource "google_apigee_nat_address" "full" {
  name        = "nat-full"
  instance_id = google_apigee_instance.minimal.id
  activate    = true
}
