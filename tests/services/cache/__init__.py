"""Tests of the cache with Redis, TLS, and AUTH."""
