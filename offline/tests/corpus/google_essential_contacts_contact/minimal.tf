resource "google_essential_contacts_contact" "minimal" {
  parent                              = "projects/corpus-example"
  email                               = "someone@example.com"
  language_tag                        = "en-GB"
  notification_category_subscriptions = ["ALL"]
}
