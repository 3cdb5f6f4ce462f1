"""Tests of `policy`: waivers, expected checks, and checkov's report."""
