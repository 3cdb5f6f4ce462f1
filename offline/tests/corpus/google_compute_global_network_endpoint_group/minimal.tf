resource "google_compute_global_network_endpoint_group" "minimal" {
  name                  = "global-neg-minimal"
  network_endpoint_type = "INTERNET_FQDN_PORT"
}
