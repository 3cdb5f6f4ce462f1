"""Measurements of the application; `make bench` runs `benchmarks.synth`."""
