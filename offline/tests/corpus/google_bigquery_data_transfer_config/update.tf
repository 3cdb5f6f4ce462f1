resource "google_bigquery_data_transfer_config" "full" {
  display_name           = "full"
  data_source_id         = "scheduled_query"
  location               = "US"
  schedule               = "every 12 hours"
  destination_dataset_id = google_bigquery_dataset.minimal.dataset_id
  service_account_name   = google_service_account.minimal.email
  notification_pubsub_topic = google_pubsub_topic.minimal.id
  params = {
    destination_table_name_template = "table"
    write_disposition               = "WRITE_APPEND"
    query                           = "SELECT 1 AS a"
  }
  email_preferences {
    enable_failure_email = true
  }
  schedule_options {
    disable_auto_scheduling = false
    start_time              = "2030-01-01T00:00:00Z"
  }
}
