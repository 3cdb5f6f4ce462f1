"""What an owner of the repository does: enter their own values, and grow and shrink the platform.

`python -m tests.owner` does it in a copy of the repository, and runs every check after each change:
minutes for each. `tests/owner/test_owner.py` runs the checks that read the owner's files.
"""
