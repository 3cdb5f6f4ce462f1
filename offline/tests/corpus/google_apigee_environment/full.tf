resource "google_apigee_environment" "full" {
  org_id          = google_apigee_organization.minimal.id
  name            = "full"
  display_name    = "Corpus"
  description     = "Environment of the corpus"
  deployment_type = "PROXY"
  api_proxy_type  = "PROGRAMMABLE"
  type            = "COMPREHENSIVE"
  node_config {
    min_node_count = 2
    max_node_count = 4
  }
}
