resource "google_monitoring_notification_channel" "minimal" {
  type = "email"
  labels = {
    email_address = "someone@example.com"
  }
}
