resource "google_vertex_ai_tensorboard" "minimal" {
  display_name = "minimal"
}
