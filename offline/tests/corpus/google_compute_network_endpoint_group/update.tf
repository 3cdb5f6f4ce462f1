resource "google_compute_network_endpoint_group" "full" {
  name                  = "zonal-neg-full"
  zone                  = "us-central1-a"
  description           = "Endpoints of the corpus"
  network               = google_compute_network.full.id
  subnetwork            = google_compute_subnetwork.minimal.id
  default_port          = 8090
  network_endpoint_type = "GCE_VM_IP_PORT"
}
