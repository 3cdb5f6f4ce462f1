resource "google_apigee_flowhook" "minimal" {
  org_id          = google_apigee_organization.minimal.name
  environment     = google_apigee_environment.minimal.name
  flow_hook_point = "PreProxyFlowHook"
  sharedflow      = google_apigee_sharedflow.minimal.name
  depends_on      = [google_apigee_sharedflow_deployment.minimal]
}
