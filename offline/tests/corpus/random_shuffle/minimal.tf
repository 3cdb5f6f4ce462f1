resource "random_shuffle" "minimal" {
  input = ["a", "b", "c"]
}
