"""The keys that encrypt what the platform stores."""

from constructs.encryption.encryption import Encryption, Key

__all__ = ["Encryption", "Key"]
