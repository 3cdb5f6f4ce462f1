resource "google_sql_database" "minimal" {
  name     = "database-minimal"
  instance = google_sql_database_instance.minimal.name
}
