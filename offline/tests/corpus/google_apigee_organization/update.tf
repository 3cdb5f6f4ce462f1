resource "google_apigee_organization" "full" {
  project_id          = "corpus-other"
  display_name        = "Corpus"
  description         = "Other text"
  analytics_region    = "us-east1"
  billing_type        = "SUBSCRIPTION"
  runtime_type        = "CLOUD"
  retention           = "MINIMUM"
  disable_vpc_peering = true
  properties {
    property {
      name  = "features.mart.connect.enabled"
      value = "true"
    }
    property {
      name  = "features.hybrid.enabled"
      value = "true"
    }
  }
}
