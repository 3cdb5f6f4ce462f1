"""What exists before anyone made it, the same for both providers: an organization, its account."""

ORGANIZATION = "1122334455"
"""Number of the organization that every project lies in."""
BILLING_ACCOUNT = "012345-6789AB-CDEF01"
"""Account that pays for every project."""
