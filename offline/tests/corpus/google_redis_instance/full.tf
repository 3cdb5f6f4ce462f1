resource "google_redis_instance" "full" {
  name                    = "redis-full"
  display_name            = "Corpus"
  tier                    = "STANDARD_HA"
  memory_size_gb          = 5
  region                  = "us-central1"
  location_id             = "us-central1-a"
  alternative_location_id = "us-central1-f"
  authorized_network      = google_compute_network.full.id
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  redis_version           = "REDIS_7_0"
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  replica_count           = 1
  read_replicas_mode      = "READ_REPLICAS_ENABLED"
  redis_configs = {
    maxmemory-policy = "allkeys-lru"
  }
  labels = {
    team = "corpus"
  }
  maintenance_policy {
    description = "Sunday"
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours = 3
      }
    }
  }
  persistence_config {
    persistence_mode    = "RDB"
    rdb_snapshot_period = "TWELVE_HOURS"
  }
  depends_on = [google_service_networking_connection.minimal]
}
