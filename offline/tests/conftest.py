"""Settings of every test."""

from hypothesis import settings

# The same examples in every run, so that a failing test fails again.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
