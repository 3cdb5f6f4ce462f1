resource "google_logging_project_exclusion" "full" {
  name        = "exclusion-full"
  description = "Noise"
  filter      = "resource.type = gce_instance AND severity <= DEBUG"
  disabled    = true
}
