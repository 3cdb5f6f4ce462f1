"""The variables of a process that must not reach the real Google."""

from __future__ import annotations

import os
import re

# What would reach the real Google, or attach Terraform to other providers.
_CREDENTIALS = re.compile(
    r"(?:GOOGLE|GCLOUD|CLOUDSDK)_.*"
    r"|TERRAFORM_CONFIG|TF_REATTACH_PROVIDERS"
)
_HARMLESS = re.compile(r"(?:GOOGLE|GCLOUD|CLOUDSDK)_(?:\w+_)?(?:PROJECT|REGION|ZONE)")


def harmless_environ() -> dict[str, str]:
    """Return this process's environment without what leads to the real Google."""
    return {
        name: value
        for name, value in os.environ.items()
        if not _CREDENTIALS.fullmatch(name) or _HARMLESS.fullmatch(name)
    }
