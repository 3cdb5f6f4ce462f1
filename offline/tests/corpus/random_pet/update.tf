resource "random_pet" "full" {
  length    = 4
  prefix    = "corpus"
  separator = "_"
  keepers = {
    part = "one"
  }
}
