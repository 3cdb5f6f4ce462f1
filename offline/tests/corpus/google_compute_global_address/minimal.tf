resource "google_compute_global_address" "minimal" {
  name = "global-address-minimal"
}
