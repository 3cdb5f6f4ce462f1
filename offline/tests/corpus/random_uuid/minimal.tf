resource "random_uuid" "minimal" {
}
