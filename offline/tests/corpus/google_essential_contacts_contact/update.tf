resource "google_essential_contacts_contact" "full" {
  parent                              = "projects/corpus-example"
  email                               = "oncall@example.com"
  language_tag                        = "fr"
  notification_category_subscriptions = ["SECURITY", "BILLING"]
}
