"""bindings/ changes how fast the providers load, and nothing else."""
