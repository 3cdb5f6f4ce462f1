resource "google_tags_tag_key" "minimal" {
  parent     = "projects/corpus-example"
  short_name = "minimal"
}
