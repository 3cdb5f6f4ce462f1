"""What is known of a type and of an attribute, as read from the data files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MISSING: Any = type("Missing", (), {"__repr__": lambda _: "MISSING"})()
"""`default` of an attribute for which the provider sets none; `None` and `False` are real
values.
"""

Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class AttributeFacts:
    """Facts of one attribute or block. Source: schema of the provider, see README.md.

    Relations hold paths of the whole resource without indexes; they usually name the attribute
    itself too. `regex` is searched, not matched (RE2: anchors matter). `range` and `length` are
    inclusive, None is unlimited. `or_empty`: the empty string passes every check. `each` holds
    for every element of a list or set of primitives. `unsent_if_empty`: the provider leaves the
    block out of its requests when all fields have their zero value, and reads none back.
    """

    force_new: bool = False
    default: Any = MISSING
    sensitive: bool = False
    write_only: bool = False
    deprecated: bool | str = False
    enum: tuple[str, ...] = ()
    regex: str | None = None
    range: Range | None = None
    length: Range | None = None
    check: str | None = None
    or_empty: bool = False
    conflicts_with: tuple[str, ...] = ()
    exactly_one_of: tuple[str, ...] = ()
    at_least_one_of: tuple[str, ...] = ()
    required_with: tuple[str, ...] = ()
    min_items: int = 0
    max_items: int = 0
    same_if: str | None = None
    state_function: str | None = None
    unsent_if_empty: bool = False
    each: "AttributeFacts | None" = None

    @property
    def has_default(self) -> bool:
        """Whether the provider itself fills in a value."""
        return self.default is not MISSING


@dataclass(frozen=True)
class TypeFacts:
    """Facts of a resource type; all empty for a type that has no file.

    `attributes`: dotted path without indexes -> facts (attributes without a fact are absent).
    `conditional_force_new`: path -> condition (see conditions.py). `virtual_fields`: field ->
    kind. `id_format`, `import_formats` and `computed` (attribute -> value after create): see
    README.md. `count`: attributes in the provider's schema.
    """

    type: str
    source: str | None = None
    attributes: Mapping[str, AttributeFacts] = field(default_factory=dict)
    conditional_force_new: Mapping[str, str] = field(default_factory=dict)
    virtual_fields: Mapping[str, str] = field(default_factory=dict)
    customize_diff: tuple[str, ...] = ()
    timeouts: Mapping[str, str] = field(default_factory=dict)
    no_update: bool = False
    count: int = 0
    id_format: str | None = None
    import_formats: tuple[str, ...] = ()
    computed: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there is a file of facts for the type."""
        return self.source is not None

    def of(self, path: str) -> AttributeFacts:
        """Facts of an attribute, empty ones when nothing is known."""
        return self.attributes.get(path, NOTHING)


NOTHING = AttributeFacts()


@dataclass(frozen=True)
class Problem:
    """Why the provider rejects a configuration: where, summary and detail as it words them.

    `path`: attribute names and indexes, `("cdn_policy", 0, "cache_mode")`.
    """

    path: tuple[str | int, ...]
    summary: str
    detail: str = ""

    @property
    def dotted(self) -> str:
        """The path as the provider writes it: `cdn_policy.0.cache_mode`."""
        return ".".join(str(step) for step in self.path)
