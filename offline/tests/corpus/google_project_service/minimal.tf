resource "google_project_service" "minimal" {
  service = "translate.googleapis.com"
}
