"""Cloud Run: the services and the migration job."""

from constructs.compute.migration_job import MigrationJob
from constructs.compute.service import Deployment
from constructs.compute.services import Services

__all__ = ["Deployment", "MigrationJob", "Services"]
