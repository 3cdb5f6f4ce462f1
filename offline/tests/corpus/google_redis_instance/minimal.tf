resource "google_redis_instance" "minimal" {
  name           = "redis-minimal"
  memory_size_gb = 1
}
