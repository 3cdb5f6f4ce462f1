resource "google_compute_external_vpn_gateway" "minimal" {
  name            = "external-minimal"
  redundancy_type = "SINGLE_IP_INTERNALLY_REDUNDANT"
  interface {
    id         = 0
    ip_address = "8.8.8.8"
  }
}
