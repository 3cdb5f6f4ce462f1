resource "google_workflows_workflow" "minimal" {
  name            = "workflow-minimal"
  region          = "us-central1"
  source_contents = "main:\n  steps:\n    - done:\n        return: 1\n"
  deletion_protection = false
}
