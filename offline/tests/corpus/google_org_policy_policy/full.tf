resource "google_org_policy_policy" "full" {
  name   = "projects/corpus-example/policies/gcp.resourceLocations"
  parent = "projects/corpus-example"
  spec {
    inherit_from_parent = true
    rules {
      values {
        allowed_values = ["in:us-locations"]
        denied_values  = ["in:asia-locations"]
      }
    }
  }
}
