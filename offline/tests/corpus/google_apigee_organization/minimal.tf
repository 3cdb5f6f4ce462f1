resource "google_apigee_organization" "minimal" {
  project_id          = "corpus-example"
  analytics_region    = "us-central1"
  disable_vpc_peering = true
}
