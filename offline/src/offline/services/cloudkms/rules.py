"""Cloud KMS: keys and key rings."""

from offline.services.context import Case
from offline.services.registry import rule


@rule("google_kms_crypto_key", source="API: 404 on the key ring", code=404)
def ring_exists(case: Case) -> str | None:
    """A key in a ring that does not exist."""
    ring = case.text("key_ring")
    if not ring or case.find("google_kms_key_ring", ring) is not None:
        return None
    return f"KeyRing {ring} not found."
