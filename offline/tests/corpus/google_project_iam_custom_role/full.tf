resource "google_project_iam_custom_role" "full" {
  role_id     = "fullRole"
  title       = "Full"
  description = "Role of the corpus"
  stage       = "BETA"
  permissions = ["storage.objects.get", "compute.instances.list"]
}
