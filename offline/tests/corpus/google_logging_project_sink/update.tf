resource "google_logging_project_sink" "full" {
  name                   = "sink-full"
  description            = "Logs of the corpus"
  destination            = "bigquery.googleapis.com/${google_bigquery_dataset.minimal.id}"
  filter                 = "severity>=ERROR"
  unique_writer_identity = true
  bigquery_options {
    use_partitioned_tables = true
  }
  exclusions {
    name        = "health"
    description = "Probes"
    filter      = "httpRequest.requestUrl:\"/health\""
  }
}
