resource "google_vertex_ai_index_endpoint_deployed_index" "full" {
  deployed_index_id = "deployed_full"
  display_name      = "Corpus"
  index             = google_vertex_ai_index.full.id
  index_endpoint    = google_vertex_ai_index_endpoint.full.id
  automatic_resources {
    min_replica_count = 1
    max_replica_count = 2
  }
}
