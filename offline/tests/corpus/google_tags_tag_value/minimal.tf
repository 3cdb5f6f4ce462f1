resource "google_tags_tag_value" "minimal" {
  parent     = google_tags_tag_key.minimal.id
  short_name = "minimal"
}
