resource "google_compute_security_policy" "full" {
  name        = "security-policy-full"
  description = "Policy of the corpus"
  type        = "CLOUD_ARMOR"
  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable = true
    }
  }
  advanced_options_config {
    json_parsing = "STANDARD"
    log_level    = "VERBOSE"
  }
  rule {
    action      = "deny(403)"
    priority    = 1000
    description = "Attacks"
    preview     = false
    match {
      expr {
        expression = "evaluatePreconfiguredWaf('sqli-v33-stable')"
      }
    }
  }
  rule {
    action   = "throttle"
    priority = 2000
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["203.0.113.0/24", "198.51.100.0/24"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 200
        interval_sec = 60
      }
    }
  }
  rule {
    action   = "allow"
    priority = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    description = "Default"
  }
}
