resource "google_sql_database_instance" "full" {
  name                = "sql-full"
  region              = "us-central1"
  database_version    = "POSTGRES_16"
  deletion_protection = false
  settings {
    tier                  = "db-custom-2-7680"
    edition               = "ENTERPRISE"
    availability_type     = "REGIONAL"
    disk_type             = "PD_SSD"
    disk_size             = 60
    disk_autoresize       = true
    disk_autoresize_limit = 200
    user_labels = {
      team = "corpus"
    }
    database_flags {
      name  = "max_connections"
      value = "300"
    }
    backup_configuration {
      enabled                        = true
      start_time                     = "03:00"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 5
      backup_retention_settings {
        retained_backups = 14
      }
    }
    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.full.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
    maintenance_window {
      day          = 7
      hour         = 4
      update_track = "stable"
    }
    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = true
    }
  }
  depends_on = [google_service_networking_connection.minimal]
}
