"""Backups, exports, restores and drills of the database, and the app data."""
