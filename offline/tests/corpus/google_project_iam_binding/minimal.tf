resource "google_project_iam_binding" "minimal" {
  project = "corpus-example"
  role    = "roles/browser"
  members = ["user:someone@example.com"]
}
