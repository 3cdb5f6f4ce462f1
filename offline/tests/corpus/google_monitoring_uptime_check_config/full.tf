resource "google_monitoring_uptime_check_config" "full" {
  display_name     = "full"
  timeout          = "5s"
  period           = "300s"
  selected_regions = ["EUROPE", "USA", "ASIA_PACIFIC"]
  checker_type     = "STATIC_IP_CHECKERS"
  user_labels = {
    team = "corpus"
  }
  http_check {
    path           = "/health"
    port           = 443
    use_ssl        = true
    validate_ssl   = true
    request_method = "POST"
    content_type   = "URL_ENCODED"
    body           = "Zm9vPWJhcg=="
    headers = {
      "X-Probe" = "uptime"
    }
    accepted_response_status_codes {
      status_class = "STATUS_CLASS_2XX"
    }
    auth_info {
      username = "someone"
      password = "s3cret"
    }
  }
  content_matchers {
    content = "ok"
    matcher = "MATCHES_JSON_PATH"
    json_path_matcher {
      json_path    = "$.status"
      json_matcher = "EXACT_MATCH"
    }
  }
  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = "corpus-example"
      host       = "api.example.com"
    }
  }
}
