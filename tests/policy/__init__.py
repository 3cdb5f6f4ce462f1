"""Rules that every synthesized environment obeys: what the provider or an API would refuse, and
what must never be.
"""
