resource "google_compute_backend_service" "full" {
  name                  = "backend-service-full"
  description           = "Backend of the corpus"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  enable_cdn            = true
  compression_mode      = "DISABLED"
  security_policy       = google_compute_security_policy.full.id
  locality_lb_policy    = "ROUND_ROBIN"
  custom_request_headers = ["X-Client-Region: {client_region}"]
  backend {
    group           = google_compute_region_network_endpoint_group.minimal.id
    capacity_scaler = 0.5
  }
  cdn_policy {
    cache_mode       = "USE_ORIGIN_HEADERS"
    negative_caching = false
    cache_key_policy {
      include_host         = true
      include_protocol     = false
      include_query_string = true
    }
  }
  log_config {
    enable      = true
    sample_rate = 0.5
  }
  outlier_detection {
    consecutive_errors = 5
    interval {
      seconds = 10
    }
    base_ejection_time {
      seconds = 30
    }
  }
}
