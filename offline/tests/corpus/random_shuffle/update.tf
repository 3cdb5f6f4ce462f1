resource "random_shuffle" "full" {
  input        = ["a", "b", "c", "d"]
  result_count = 2
  seed         = "corpus"
  keepers = {
    part = "one"
  }
}
