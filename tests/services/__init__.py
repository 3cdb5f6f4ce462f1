"""Tests of what runs inside the containers, with real servers."""
