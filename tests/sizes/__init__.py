"""Environments of every size: what Google rejects by its size."""
