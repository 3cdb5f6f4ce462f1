resource "google_tags_tag_key" "full" {
  parent      = "projects/corpus-example"
  short_name  = "full"
  description = "Key"
}
