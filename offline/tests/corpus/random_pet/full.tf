resource "random_pet" "full" {
  length    = 3
  prefix    = "corpus"
  separator = "_"
  keepers = {
    part = "one"
  }
}
