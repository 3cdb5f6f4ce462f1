resource "google_compute_forwarding_rule" "full" {
  name                  = "region-rule-full"
  region                = "us-central1"
  description           = "Entry of the corpus"
  load_balancing_scheme = "INTERNAL"
  backend_service       = google_compute_region_backend_service.minimal.id
  all_ports             = true
  allow_global_access   = true
  network               = google_compute_network.full.name
  subnetwork            = google_compute_subnetwork.minimal.name
  labels = {
    team = "corpus"
  }
}
