resource "google_bigquery_routine" "full" {
  dataset_id      = google_bigquery_dataset.minimal.dataset_id
  routine_id      = "routine_full"
  routine_type    = "SCALAR_FUNCTION"
  language        = "JAVASCRIPT"
  description     = "Routine of the corpus"
  definition_body = "return x * y;"
  return_type     = "{\"typeKind\" :  \"FLOAT64\"}"
  arguments {
    name      = "x"
    data_type = "{\"typeKind\" :  \"FLOAT64\"}"
  }
  arguments {
    name      = "y"
    data_type = "{\"typeKind\" :  \"FLOAT64\"}"
  }
}
