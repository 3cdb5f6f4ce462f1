"""Migrations of Grid's PostgreSQL database: `python -m grid_migrations`."""
