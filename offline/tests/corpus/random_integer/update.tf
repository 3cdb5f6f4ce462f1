resource "random_integer" "full" {
  min     = 1
  max     = 2000
  seed    = "corpus"
  keepers = {
    part = "one"
  }
}
