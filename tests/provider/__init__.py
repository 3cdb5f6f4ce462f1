"""`make test-provider`: the genuine provider applies the stacks against a served Google.

It is not part of `make test`: the provider comes from a mirror or from the registry.
"""
