resource "google_workflows_workflow" "full" {
  name                = "workflow-full"
  region              = "us-central1"
  description         = "Workflow of the corpus"
  service_account     = google_service_account.minimal.id
  call_log_level      = "LOG_ERRORS_ONLY"
  deletion_protection = false
  source_contents     = "main:\n  steps:\n    - done:\n        return: 1\n"
  user_env_vars = {
    LEVEL = "info"
  }
  labels = {
    team = "corpus"
  }
}
