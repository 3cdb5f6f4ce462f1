resource "google_compute_node_template" "full" {
  name        = "node-full"
  region      = "us-central1"
  description = "Template of the corpus"
  node_type   = "n2-node-80-640"
  node_affinity_labels = {
    team = "corpus"
  }
  server_binding {
    type = "RESTART_NODE_ON_MINIMAL_SERVERS"
  }
}
