resource "google_iam_workload_identity_pool" "minimal" {
  workload_identity_pool_id = "pool-minimal"
}
