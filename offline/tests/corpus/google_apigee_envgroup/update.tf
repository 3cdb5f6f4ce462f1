resource "google_apigee_envgroup" "full" {
  org_id    = google_apigee_organization.minimal.id
  name      = "group-full"
  hostnames = ["api.example.com", "b.example.com"]
}
