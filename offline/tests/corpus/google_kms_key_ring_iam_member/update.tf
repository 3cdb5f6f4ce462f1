resource "google_kms_key_ring_iam_member" "full" {
  key_ring_id = google_kms_key_ring.minimal.id
  role        = "roles/cloudkms.importer"
  member      = google_service_account.minimal.member
}
