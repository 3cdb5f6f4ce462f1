resource "google_kms_key_ring_iam_member" "minimal" {
  key_ring_id = google_kms_key_ring.minimal.id
  role        = "roles/cloudkms.viewer"
  member      = "user:someone@example.com"
}
