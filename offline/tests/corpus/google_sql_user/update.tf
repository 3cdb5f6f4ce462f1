resource "google_sql_user" "full" {
  name            = "user-full"
  instance        = google_sql_database_instance.full.name
  type            = "BUILT_IN"
  password        = "an0ther-secret"
  deletion_policy = "ABANDON"
  password_policy {
    allowed_failed_attempts      = 5
    password_expiration_duration = "8640000s"
    enable_failed_attempts_check = true
  }
}
