"""Tests of the `grid` command, against a local server that answers as Google does."""
