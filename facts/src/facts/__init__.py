"""Limits, names and roles of Google Cloud as data, each with its source."""
