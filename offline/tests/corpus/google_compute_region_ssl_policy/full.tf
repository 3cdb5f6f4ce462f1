resource "google_compute_region_ssl_policy" "full" {
  name            = "region-ssl-full"
  region          = "us-east1"
  description     = "Policy of the corpus"
  profile         = "CUSTOM"
  min_tls_version = "TLS_1_2"
  custom_features = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
}
