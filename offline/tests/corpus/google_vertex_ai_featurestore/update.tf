resource "google_vertex_ai_featurestore" "full" {
  name   = "features_full"
  region = "us-central1"
  online_serving_config {
    fixed_node_count = 3
  }
  labels = {
    team = "corpus"
  }
}
