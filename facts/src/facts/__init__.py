"""Limits, names and roles of Google Cloud as data, each with its source.

One module for each topic, and next to it a data file of the same name in `data/`, which is read on
the first use. The functions return plain values; `facts.table.read` returns the sources too.
"""
