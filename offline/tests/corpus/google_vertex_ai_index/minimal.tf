resource "google_vertex_ai_index" "minimal" {
  display_name = "minimal"
  metadata {
    contents_delta_uri = "gs://corpus-example-minimal/contents"
    config {
      dimensions                  = 2
      approximate_neighbors_count = 10
      algorithm_config {
        tree_ah_config {}
      }
    }
  }
}
