resource "google_compute_ssl_policy" "full" {
  name            = "ssl-policy-full"
  description     = "Policy of the corpus"
  profile         = "CUSTOM"
  min_tls_version = "TLS_1_2"
  custom_features = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"]
}
