resource "google_tags_tag_value" "full" {
  parent      = google_tags_tag_key.full.id
  short_name  = "full"
  description = "Value"
}
