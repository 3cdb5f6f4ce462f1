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
    "analyticshub",
    "apigee",
    "artifactregistry",
    "bigquery",
    "bigquerydatatransfer",
    "bigqueryreservation",
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
    "dataplex",
    "dns",
    "essentialcontacts",
    "eventarc",
    "file",
    "firestore",
    "healthcare",
    "iam",
    "iamcredentials",
    "logging",
    "monitoring",
    "networkconnectivity",
    "networksecurity",
    "networkservices",
    "orgpolicy",
    "parametermanager",
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

# The second organization of Apigee has a project of its own.
resource "google_project_service" "apigee" {
  project            = "corpus-other"
  service            = "apigee.googleapis.com"
  disable_on_destroy = false
}

# The agent of the Storage Transfer Service has to see the buckets of its jobs.
data "google_storage_transfer_project_service_account" "agent" {}

resource "google_project_iam_member" "transfer" {
  project = "corpus-example"
  role    = "roles/storage.admin"
  member  = data.google_storage_transfer_project_service_account.agent.member
}
