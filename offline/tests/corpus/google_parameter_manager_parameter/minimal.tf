resource "google_parameter_manager_parameter" "minimal" {
  parameter_id = "parameter-minimal"
}
