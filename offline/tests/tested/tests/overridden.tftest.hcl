provider "google" {
  project = "p-two-example"
  region  = "us-east1"
}

override_resource {
  target = google_storage_bucket.it
  values = {
    self_link = "overridden"
  }
}

run "overridden" {
  assert {
    condition     = google_compute_subnetwork.it.id == "projects/p-two-example/regions/us-east1/subnetworks/first-subnet"
    error_message = "The ID is ${google_compute_subnetwork.it.id}."
  }

  assert {
    condition     = google_storage_bucket.it.self_link == "overridden"
    error_message = "The link is ${google_storage_bucket.it.self_link}."
  }
}

run "wrong" {
  assert {
    condition     = output.gateway == "10.0.0.2"
    error_message = "The gateway is ${output.gateway}."
  }
}
