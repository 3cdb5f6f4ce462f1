resource "random_password" "full" {
  length           = 24
  lower            = true
  min_lower        = 2
  min_numeric      = 2
  min_special      = 1
  min_upper        = 2
  numeric          = true
  override_special = "-_"
  special          = true
  upper            = true
  keepers = {
    part = "one"
  }
}
