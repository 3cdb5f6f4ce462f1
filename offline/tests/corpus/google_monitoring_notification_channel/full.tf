resource "google_monitoring_notification_channel" "full" {
  display_name = "Corpus"
  description  = "Channel of the corpus"
  type         = "email"
  enabled      = true
  force_delete = true
  labels = {
    email_address = "oncall@example.com"
  }
  user_labels = {
    team = "corpus"
  }
}
