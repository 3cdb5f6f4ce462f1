resource "google_vertex_ai_dataset" "full" {
  display_name        = "full"
  region              = "us-central1"
  metadata_schema_uri = "gs://google-cloud-aiplatform/schema/dataset/metadata/tabular_1.0.0.yaml"
  labels = {
    team = "corpus"
  }
}
