resource "google_compute_url_map" "full" {
  name            = "url-map-full"
  description     = "Routes of the corpus"
  default_service = google_compute_backend_service.full.id
  host_rule {
    hosts        = ["api.example.com", "example.com"]
    path_matcher = "api"
  }
  path_matcher {
    name            = "api"
    default_service = google_compute_backend_service.full.id
    path_rule {
      paths   = ["/static/*", "/fonts/*"]
      service = google_compute_backend_bucket.full.id
    }
    path_rule {
      paths = ["/old/*"]
      url_redirect {
        path_redirect          = "/new"
        redirect_response_code = "FOUND"
        strip_query            = true
      }
    }
  }
}
