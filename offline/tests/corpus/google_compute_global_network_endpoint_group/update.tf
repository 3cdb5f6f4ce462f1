resource "google_compute_global_network_endpoint_group" "full" {
  name                  = "global-neg-full"
  description           = "Endpoints of the corpus"
  network_endpoint_type = "INTERNET_IP_PORT"
  default_port          = 8443
}
