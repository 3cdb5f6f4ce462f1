resource "google_dns_policy" "full" {
  name                      = "policy-full"
  description               = "Policy of the corpus"
  enable_inbound_forwarding = true
  enable_logging            = false
  alternative_name_server_config {
    target_name_servers {
      ipv4_address    = "172.16.1.10"
      forwarding_path = "private"
    }
    target_name_servers {
      ipv4_address = "172.16.1.20"
    }
  }
  networks {
    network_url = google_compute_network.full.id
  }
}
