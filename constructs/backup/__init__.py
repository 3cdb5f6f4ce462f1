"""Scheduled backups: exports of the database and copies of the app data."""

from constructs.backup.app_data import AppDataCopy
from constructs.backup.export import DatabaseExport

__all__ = ["AppDataCopy", "DatabaseExport"]
