resource "google_sql_database_instance" "minimal" {
  name                = "sql-minimal"
  database_version    = "POSTGRES_15"
  deletion_protection = false
  settings {
    tier = "db-f1-micro"
  }
}
