# Applied before all configurations.
provider "google" {
  project = "corpus-example"
  region  = "us-central1"
  zone    = "us-central1-a"
}

resource "google_project_service" "apis" {
  for_each = toset([
    "aiplatform",
    "alloydb",
    "apigee",
    "artifactregistry",
    "bigquery",
    "bigquerydatatransfer",
    "billingbudgets",
    "certificatemanager",
    "cloudbuild",
    "cloudfunctions",
    "cloudkms",
    "cloudresourcemanager",
    "cloudscheduler",
    "cloudtasks",
    "compute",
    "container",
    "dns",
    "essentialcontacts",
    "eventarc",
    "file",
    "firestore",
    "iam",
    "iamcredentials",
    "logging",
    "monitoring",
    "networkconnectivity",
    "networkservices",
    "orgpolicy",
    "pubsub",
    "redis",
    "run",
    "secretmanager",
    "servicenetworking",
    "spanner",
    "sqladmin",
    "storage",
    "storagetransfer",
    "sts",
    "vpcaccess",
    "workflows",
  ])
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}
