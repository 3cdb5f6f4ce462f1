"""Migrations of a real PostgreSQL."""
