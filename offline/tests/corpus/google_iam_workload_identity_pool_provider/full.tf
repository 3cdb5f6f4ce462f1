resource "google_iam_workload_identity_pool_provider" "full" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.minimal.workload_identity_pool_id
  workload_identity_pool_provider_id = "provider-full"
  display_name                       = "Corpus"
  description                        = "Provider of the corpus"
  disabled                           = true
  attribute_mapping = {
    "google.subject"        = "assertion.arn"
    "attribute.aws_account" = "assertion.account"
  }
  aws {
    account_id = "999999999999"
  }
}
