resource "google_healthcare_dataset" "full" {
  name      = "dataset-full"
  location  = "us-central1"
  time_zone = "America/New_York"
}
