resource "google_compute_address" "minimal" {
  name = "address-minimal"
}
