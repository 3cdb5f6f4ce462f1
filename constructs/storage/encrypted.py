"""The key of a bucket."""

from cdktf_cdktf_provider_google.storage_bucket import StorageBucketEncryption
from constructs.encryption import Key


def encrypted(key: Key) -> StorageBucketEncryption | None:
    """Return the encryption of new objects in a bucket: with Google's own keys if None."""
    return StorageBucketEncryption(default_kms_key_name=key.name) if key.name else None
