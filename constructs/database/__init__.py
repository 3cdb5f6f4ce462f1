"""Cloud SQL for PostgreSQL."""

from constructs.database.database import Database

__all__ = ["Database"]
