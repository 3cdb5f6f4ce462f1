resource "google_bigquery_table" "full" {
  dataset_id               = google_bigquery_dataset.minimal.dataset_id
  table_id                 = "table_full"
  friendly_name            = "Corpus"
  description              = "Table of the corpus"
  deletion_protection      = false
  clustering               = ["name"]
  require_partition_filter = true
  labels = {
    team = "corpus"
  }
  time_partitioning {
    type          = "DAY"
    field         = "day"
    expiration_ms = 7776000000
  }
  schema = jsonencode([
    { name = "name", type = "STRING", mode = "REQUIRED" },
    { name = "day", type = "DATE" },
    { name = "size", type = "INTEGER" },
  ])
}
