"""The reference service with real PostgreSQL and Redis."""
