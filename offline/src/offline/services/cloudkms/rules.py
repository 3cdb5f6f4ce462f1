"""Cloud KMS: keys and key rings."""

from offline.services.context import RuleContext
from offline.services.registry import rule


@rule("google_kms_crypto_key", code=404)
def ring_exists(context: RuleContext) -> str | None:
    """Reject a key in a ring that does not exist."""
    ring = context.text("key_ring")
    if not ring or context.find("google_kms_key_ring", ring) is not None:
        return None
    return f"KeyRing {ring} not found."
