resource "google_pubsub_schema" "full" {
  name       = "schema-full"
  type       = "PROTOCOL_BUFFER"
  definition = "syntax = \"proto3\";\nmessage Order {\n  string id = 1;\n}"
}
