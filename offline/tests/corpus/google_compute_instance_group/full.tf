resource "google_compute_instance_group" "full" {
  name        = "group-full"
  zone        = "us-central1-a"
  description = "Group of the corpus"
  network     = google_compute_network.minimal.id
  named_port {
    name = "http"
    port = 8080
  }
  named_port {
    name = "https"
    port = 8443
  }
}
