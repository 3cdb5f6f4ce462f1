resource "google_project_iam_member" "minimal" {
  project = "corpus-example"
  role    = "roles/viewer"
  member  = "user:Someone@example.com"
}
