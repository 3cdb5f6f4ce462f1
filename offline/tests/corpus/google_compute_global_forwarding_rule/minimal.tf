resource "google_compute_global_forwarding_rule" "minimal" {
  name       = "forwarding-rule-minimal"
  target     = google_compute_target_http_proxy.minimal.id
  port_range = "80"
}
