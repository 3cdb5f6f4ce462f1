resource "google_certificate_manager_dns_authorization" "full" {
  name        = "authorization-full"
  location    = "global"
  description = "Authorization of the corpus"
  domain      = "other.example.com"
  labels = {
    team = "platform"
  }
}
