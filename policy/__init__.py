"""Check the plan of every environment with checkov: `python -m policy`, or `make policy`."""
