resource "google_apigee_api_product" "minimal" {
  org_id       = google_apigee_organization.minimal.id
  name         = "product-minimal"
  display_name = "Minimal"
}
