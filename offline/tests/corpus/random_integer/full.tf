resource "random_integer" "full" {
  min     = 1
  max     = 1000
  seed    = "corpus"
  keepers = {
    part = "one"
  }
}
