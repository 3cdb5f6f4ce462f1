resource "google_sql_database" "full" {
  name            = "database-full"
  instance        = google_sql_database_instance.full.name
  charset         = "UTF8"
  collation       = "en_US.UTF8"
  deletion_policy = "DELETE"
}
