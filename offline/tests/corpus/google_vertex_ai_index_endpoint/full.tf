resource "google_vertex_ai_index_endpoint" "full" {
  display_name = "full"
  region       = "us-central1"
  description  = "Endpoint of the corpus"
  labels = {
    team = "corpus"
  }
}
