resource "google_kms_key_ring" "policy_minimal" {
  name     = "ring-policy-minimal"
  location = "us-central1"
}

resource "google_kms_key_ring_iam_policy" "minimal" {
  key_ring_id = google_kms_key_ring.policy_minimal.id
  policy_data = jsonencode({ bindings = [{ role = "roles/cloudkms.viewer", members = ["user:someone@example.com"] }] })
}
