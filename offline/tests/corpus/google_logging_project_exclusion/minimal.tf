resource "google_logging_project_exclusion" "minimal" {
  name   = "exclusion-minimal"
  filter = "severity<=DEBUG"
}
