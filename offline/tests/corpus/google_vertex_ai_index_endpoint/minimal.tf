resource "google_vertex_ai_index_endpoint" "minimal" {
  display_name            = "minimal"
  public_endpoint_enabled = true
}
