resource "google_logging_metric" "full" {
  name            = "metric-full"
  description     = "Metric of the corpus"
  filter          = "resource.type=cloud_run_revision AND severity>=ERROR"
  value_extractor = "EXTRACT(jsonPayload.latency)"
  label_extractors = {
    service = "EXTRACT(resource.labels.service_name)"
  }
  metric_descriptor {
    metric_kind  = "DELTA"
    value_type   = "DISTRIBUTION"
    unit         = "s"
    display_name = "Latency"
    labels {
      key         = "service"
      value_type  = "STRING"
      description = "Name of the service"
    }
  }
  bucket_options {
    exponential_buckets {
      num_finite_buckets = 20
      growth_factor      = 2
      scale              = 0.01
    }
  }
}
