resource "google_vertex_ai_tensorboard" "full" {
  display_name = "full"
  region       = "us-central1"
  description  = "Board of the corpus"
  labels = {
    team = "corpus"
  }
}
