"""Secrets, read with Google's own client."""
