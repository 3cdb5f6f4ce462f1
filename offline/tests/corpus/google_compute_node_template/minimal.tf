resource "google_compute_node_template" "minimal" {
  name      = "node-minimal"
  node_type = "n1-node-96-624"
}
