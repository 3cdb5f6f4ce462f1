resource "random_uuid" "full" {
  keepers = {
    part = "two"
  }
}
