"""Tests of telemetry, with Google's exporters."""
