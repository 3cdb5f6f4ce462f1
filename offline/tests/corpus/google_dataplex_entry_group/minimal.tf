resource "google_dataplex_entry_group" "minimal" {
  entry_group_id = "entries-minimal"
  location       = "us-central1"
}
