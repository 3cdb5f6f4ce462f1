"""Cloud Storage: names of buckets."""

import re

from facts import names
from offline.services.context import RuleContext
from offline.services.registry import rule


@rule("google_storage_bucket")
def bucket_name(context: RuleContext) -> str | None:
    """Reject a bucket name that is no legal name: 3 to 63 lowercase letters, digits, - _ and dots,
    no 'goog'.
    """
    name = context.text("name")
    if not name:
        return None
    limit = names.limit("bucket")
    most = 222 if "." in name else limit.max
    legal = re.fullmatch(names.pattern("bucket"), name) and limit.min <= len(name) <= most
    parts = all(1 <= len(part) <= 63 for part in name.split("."))
    address = re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name)
    prefix, word = names.reserved_bucket_prefix(), names.reserved_bucket_word()
    reserved = name.startswith(prefix) or word in name
    if legal and parts and not address and not reserved:
        return None
    return f"Invalid bucket name: '{name}', invalid"
