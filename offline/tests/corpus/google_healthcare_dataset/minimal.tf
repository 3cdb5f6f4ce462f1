resource "google_healthcare_dataset" "minimal" {
  name     = "dataset-minimal"
  location = "us-central1"
}
