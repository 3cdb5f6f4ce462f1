"""Tests of what one part of the project writes and another reads."""
