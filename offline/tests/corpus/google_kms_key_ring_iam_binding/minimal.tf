resource "google_kms_key_ring" "binding_minimal" {
  name     = "ring-binding-minimal"
  location = "us-central1"
}

resource "google_kms_key_ring_iam_binding" "minimal" {
  key_ring_id = google_kms_key_ring.binding_minimal.id
  role        = "roles/cloudkms.viewer"
  members     = ["user:someone@example.com"]
}
