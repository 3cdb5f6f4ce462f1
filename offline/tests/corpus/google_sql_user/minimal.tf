resource "google_sql_user" "minimal" {
  name     = "user-minimal"
  instance = google_sql_database_instance.minimal.name
  password = "s3cret-of-the-user"
}
