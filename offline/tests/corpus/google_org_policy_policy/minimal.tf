resource "google_org_policy_policy" "minimal" {
  name   = "projects/corpus-example/policies/iam.disableServiceAccountKeyUpload"
  parent = "projects/corpus-example"
  spec {
    rules {
      enforce = "FALSE"
    }
  }
}
