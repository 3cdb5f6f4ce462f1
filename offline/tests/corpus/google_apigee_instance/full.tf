resource "google_apigee_instance" "full" {
  name                 = "instance-full"
  location             = "us-east1"
  display_name         = "Corpus"
  description          = "Instance of the corpus"
  org_id               = google_apigee_organization.minimal.id
  consumer_accept_list = ["corpus-example"]
}
