"""What the provider hashicorp/google 6.50.0 knows and its bindings do not say; see README.md."""

from offline.provider_facts.conditions import replaces
from offline.provider_facts.ids import fill, parse_import
from offline.provider_facts.loader import facts, types
from offline.provider_facts.model import MISSING, AttributeFacts, Problem, TypeFacts
from offline.provider_facts.validation import validate

__all__ = [
    "MISSING",
    "AttributeFacts",
    "Problem",
    "TypeFacts",
    "facts",
    "fill",
    "parse_import",
    "replaces",
    "types",
    "validate",
]
