"""Tests of the services with Redis, PostgreSQL, and a local Secret Manager."""
