resource "random_integer" "minimal" {
  min = 1
  max = 10
}
