run "planned" {
  command = plan

  assert {
    condition     = google_compute_network.it.name == "first"
    error_message = "The network has another name."
  }
}

run "applied" {
  assert {
    condition     = output.gateway == "10.0.0.1"
    error_message = "The gateway is ${output.gateway}."
  }

  assert {
    condition     = google_compute_network.it.id == "projects/p-one-example/global/networks/first"
    error_message = "The ID is ${google_compute_network.it.id}."
  }

  assert {
    condition     = output.network == "first"
    error_message = "The function returned ${output.network}."
  }
}

run "replaced" {
  variables {
    name = "second"
  }

  assert {
    condition     = endswith(google_compute_subnetwork.it.network, "networks/second")
    error_message = "The network is ${google_compute_subnetwork.it.network}."
  }
}

run "rejected" {
  command = plan

  variables {
    name = "much-too-long"
  }

  expect_failures = [var.name]
}
