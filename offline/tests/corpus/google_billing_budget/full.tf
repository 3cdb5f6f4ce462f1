resource "google_billing_budget" "full" {
  billing_account = "000000-0000AA-000000"
  display_name    = "Corpus"
  budget_filter {
    projects               = ["projects/123456789012"]
    credit_types_treatment = "EXCLUDE_ALL_CREDITS"
    calendar_period        = "MONTH"
    labels = {
      team = "corpus"
    }
  }
  amount {
    specified_amount {
      currency_code = "USD"
      units         = "500"
    }
  }
  threshold_rules {
    threshold_percent = 0.5
  }
  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND"
  }
  all_updates_rule {
    pubsub_topic                   = google_pubsub_topic.minimal.id
    disable_default_iam_recipients = true
  }
}
