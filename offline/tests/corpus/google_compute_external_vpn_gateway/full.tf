resource "google_compute_external_vpn_gateway" "full" {
  name            = "external-full"
  description     = "Gateway of another cloud"
  redundancy_type = "TWO_IPS_REDUNDANCY"
  labels = {
    team = "corpus"
  }
  interface {
    id         = 0
    ip_address = "8.8.4.4"
  }
  interface {
    id         = 1
    ip_address = "8.8.8.8"
  }
}
