"""Comparison of the genuine provider with the embedded one, attribute by attribute."""
