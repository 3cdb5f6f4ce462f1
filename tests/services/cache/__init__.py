"""The cache, with a real Redis behind TLS and AUTH."""
