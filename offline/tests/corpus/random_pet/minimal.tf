resource "random_pet" "minimal" {
}
