resource "google_compute_instance_group" "minimal" {
  name = "group-minimal"
}
