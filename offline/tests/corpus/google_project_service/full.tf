resource "google_project_service" "full" {
  project                    = "corpus-example"
  service                    = "vision.googleapis.com"
  disable_on_destroy         = false
  disable_dependent_services = true
}
