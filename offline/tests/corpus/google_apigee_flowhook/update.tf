resource "google_apigee_flowhook" "full" {
  org_id            = google_apigee_organization.minimal.name
  environment       = google_apigee_environment.full.name
  flow_hook_point   = "PostProxyFlowHook"
  description       = "Hook of the corpus"
  sharedflow        = google_apigee_sharedflow.minimal.name
  continue_on_error = true
  depends_on        = [google_apigee_sharedflow_deployment.full]
}
