resource "google_parameter_manager_parameter" "full" {
  parameter_id = "parameter-full"
  format       = "JSON"
  labels = {
    team = "corpus"
  }
}
