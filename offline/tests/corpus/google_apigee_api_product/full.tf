resource "google_apigee_api_product" "full" {
  org_id         = google_apigee_organization.minimal.id
  name           = "product-full"
  display_name   = "Full"
  description    = "Product of the corpus"
  approval_type  = "manual"
  quota          = "10000"
  quota_interval = "1"
  quota_time_unit = "day"
  environments   = [google_apigee_environment.minimal.name]
  scopes         = ["read", "write"]
  attributes {
    name  = "access"
    value = "private"
  }
  operation_group {
    operation_config_type = "proxy"
    operation_configs {
      api_source = "orders"
      operations {
        resource = "/orders"
        methods  = ["POST", "GET"]
      }
      quota {
        limit     = "5"
        interval  = "2"
        time_unit = "hour"
      }
    }
  }
}
