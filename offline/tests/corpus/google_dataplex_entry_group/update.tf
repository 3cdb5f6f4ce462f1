resource "google_dataplex_entry_group" "full" {
  entry_group_id = "entries-full"
  project        = "corpus-example"
  location       = "us-central1"
  display_name   = "Full"
  description    = "Group"
  labels = {
    team = "corpus"
  }
}
