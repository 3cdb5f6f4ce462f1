resource "random_password" "minimal" {
  length = 16
}
