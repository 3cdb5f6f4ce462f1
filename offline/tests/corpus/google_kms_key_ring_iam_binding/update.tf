resource "google_kms_key_ring" "binding_full" {
  name     = "ring-binding-full"
  location = "us-central1"
}

resource "google_kms_key_ring_iam_binding" "full" {
  key_ring_id = google_kms_key_ring.binding_full.id
  role        = "roles/cloudkms.admin"
  members     = [google_service_account.minimal.member, "group:team@example.com"]
  condition {
    title       = "expires"
    description = "Ends"
    expression  = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}
