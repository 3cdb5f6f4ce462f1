resource "google_iam_workload_identity_pool" "full" {
  workload_identity_pool_id = "pool-full"
  display_name              = "Corpus"
  description               = "Pool of the corpus"
  disabled                  = true
}
