"""Releases: Cloud Run revisions and their traffic, jobs, and the Apigee proxy."""
