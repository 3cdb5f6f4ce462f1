resource "random_string" "full" {
  length    = 12
  lower     = true
  min_lower = 2
  numeric   = false
  special   = false
  upper     = false
  keepers = {
    part = "one"
  }
}
