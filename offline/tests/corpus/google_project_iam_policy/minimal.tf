resource "google_project_iam_policy" "minimal" {
  project     = "corpus-policy-minimal"
  policy_data = jsonencode({ bindings = [{ role = "roles/browser", members = ["user:someone@example.com"] }] })
}
