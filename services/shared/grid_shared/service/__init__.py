"""Kit of an HTTP service: what auth, api and ai have in common."""
