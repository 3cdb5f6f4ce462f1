resource "random_id" "minimal" {
  byte_length = 4
}
