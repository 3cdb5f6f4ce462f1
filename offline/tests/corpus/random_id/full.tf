resource "random_id" "full" {
  byte_length = 8
  prefix      = "corpus-"
  keepers = {
    part = "one"
  }
}
