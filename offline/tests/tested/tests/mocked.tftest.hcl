mock_provider "google" {
  mock_resource "google_compute_network" {
    defaults = {
      id = "projects/x/global/networks/mocked"
    }
  }

  mock_data "google_project" {
    defaults = {
      number = "42"
    }
  }
}

override_resource {
  target = google_storage_bucket.it
  values = {
    url = "gs://overridden"
  }
}

run "mocked" {
  assert {
    condition     = output.number == "42"
    error_message = "The number is ${output.number}."
  }

  assert {
    condition     = google_storage_bucket.it.url == "gs://overridden"
    error_message = "The URL is ${google_storage_bucket.it.url}."
  }

  assert {
    condition     = google_compute_subnetwork.it.network == "projects/x/global/networks/mocked"
    error_message = "The network is ${google_compute_subnetwork.it.network}."
  }
}

run "planned_with_other_data" {
  command = plan

  override_data {
    target = data.google_project.it
    values = {
      number = "43"
    }
  }

  assert {
    condition     = output.number == "43"
    error_message = "The number is ${output.number}."
  }
}
