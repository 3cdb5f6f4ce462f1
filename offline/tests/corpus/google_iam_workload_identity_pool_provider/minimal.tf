resource "google_iam_workload_identity_pool_provider" "minimal" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.minimal.workload_identity_pool_id
  workload_identity_pool_provider_id = "provider-minimal"
  attribute_condition                = "attribute.repository == 'example/repository'"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}
