resource "google_vertex_ai_index" "full" {
  display_name        = "full"
  region              = "us-central1"
  description         = "Index"
  index_update_method = "STREAM_UPDATE"
  labels = {
    team = "corpus"
  }
  metadata {
    config {
      dimensions                  = 768
      approximate_neighbors_count = 150
      shard_size                  = "SHARD_SIZE_SMALL"
      distance_measure_type       = "DOT_PRODUCT_DISTANCE"
      feature_norm_type           = "UNIT_L2_NORM"
      algorithm_config {
        tree_ah_config {
          leaf_node_embedding_count    = 500
          leaf_nodes_to_search_percent = 7
        }
      }
    }
  }
}
