resource "google_project_iam_custom_role" "minimal" {
  role_id     = "minimalRole"
  title       = "Minimal"
  permissions = ["storage.buckets.get"]
}
