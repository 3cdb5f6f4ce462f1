"""Cloud Run: the services and the jobs."""

from constructs.compute.binary_authorization import BinaryAuthorization
from constructs.compute.migration_job import MigrationJob
from constructs.compute.service import Deployment
from constructs.compute.services import Service, Services
from constructs.compute.smoke_jobs import SmokeJobs

__all__ = ["BinaryAuthorization", "Deployment", "MigrationJob", "Service", "Services", "SmokeJobs"]
