resource "random_string" "minimal" {
  length = 8
}
