resource "google_pubsub_schema" "minimal" {
  name       = "schema-minimal"
  type       = "AVRO"
  definition = "{\"type\":\"record\",\"name\":\"Avro\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}"
}
