resource "google_vertex_ai_featurestore" "minimal" {
  name = "features_minimal"
}
