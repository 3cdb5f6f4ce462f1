"""The service api with real PostgreSQL and Redis."""
