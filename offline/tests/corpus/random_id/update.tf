resource "random_id" "full" {
  byte_length = 8
  prefix      = "other-"
  keepers = {
    part = "one"
  }
}
