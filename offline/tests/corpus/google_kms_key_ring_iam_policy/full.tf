resource "google_kms_key_ring" "policy_full" {
  name     = "ring-policy-full"
  location = "us-central1"
}

data "google_iam_policy" "ring_policy" {
  binding {
    role    = "roles/cloudkms.admin"
    members = ["user:someone@example.com", google_service_account.minimal.member]
  }
  binding {
    role    = "roles/cloudkms.viewer"
    members = ["user:someone@example.com"]
  }
}

resource "google_kms_key_ring_iam_policy" "full" {
  key_ring_id = google_kms_key_ring.policy_full.id
  policy_data = data.google_iam_policy.ring_policy.policy_data
}
