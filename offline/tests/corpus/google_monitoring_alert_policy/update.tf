resource "google_monitoring_alert_policy" "full" {
  display_name          = "full"
  combiner              = "AND_WITH_MATCHING_RESOURCE"
  enabled               = false
  severity              = "ERROR"
  notification_channels = [google_monitoring_notification_channel.minimal.name]
  user_labels = {
    team = "corpus"
  }
  documentation {
    content   = "See the runbook"
    mime_type = "text/markdown"
    subject   = "Errors"
  }
  alert_strategy {
    auto_close = "1800s"
  }
  conditions {
    display_name = "errors"
    condition_threshold {
      filter          = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\""
      duration        = "300s"
      comparison      = "COMPARISON_GT"
      threshold_value = 0.75
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.label.service_name"]
      }
      trigger {
        count = 1
      }
    }
  }
  conditions {
    display_name = "absent"
    condition_absent {
      filter   = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\""
      duration = "600s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_RATE"
      }
    }
  }
}
