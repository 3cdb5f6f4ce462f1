"""The service auth with real PostgreSQL and Redis, and an OpenID provider of the tests."""
