resource "google_compute_global_forwarding_rule" "full" {
  name                  = "forwarding-rule-full"
  description           = "Entry of the corpus"
  target                = google_compute_target_https_proxy.full.id
  ip_address            = google_compute_global_address.minimal.id
  ip_protocol           = "TCP"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  port_range            = "443"
  labels = {
    team = "platform"
  }
}
