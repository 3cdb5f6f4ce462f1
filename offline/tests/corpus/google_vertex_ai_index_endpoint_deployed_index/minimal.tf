resource "google_vertex_ai_index_endpoint_deployed_index" "minimal" {
  deployed_index_id = "deployed_minimal"
  index             = google_vertex_ai_index.minimal.id
  index_endpoint    = google_vertex_ai_index_endpoint.minimal.id
}
