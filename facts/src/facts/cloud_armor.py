"""Cloud Armor: actions and ranges of the rules of a security policy."""

from facts.table import bounds, integer, read


def rule_actions(policy_type: str) -> frozenset[str]:
    """Return the actions of the rules of a policy of this type, `deny(403)` and the like included.

    A type that the API does not have has those of `CLOUD_ARMOR`.
    """
    by_type = read("cloud_armor")["actions"].value
    return frozenset(by_type.get(policy_type, by_type["CLOUD_ARMOR"])) | _denials("deny_statuses")


def exceed_actions(policy_type: str) -> frozenset[str]:
    """Return the actions beyond the limit of a rule that limits rates, in a policy of this type."""
    return (rule_actions(policy_type) & {"redirect"}) | _denials("exceed_statuses")


def rate_limit_intervals() -> frozenset[int]:
    """Return the intervals in seconds that a rate limit can count over."""
    return frozenset(read("cloud_armor")["rate_limit_intervals"].value)


def ban_seconds_range() -> tuple[int, int]:
    """Return the shortest and the longest ban in seconds."""
    return bounds("cloud_armor", "ban_seconds")


def _denials(name: str) -> frozenset[str]:
    return frozenset(f"deny({status})" for status in read("cloud_armor")[name].value)


def max_ranges_of_rule() -> int:
    """Return the highest number of address ranges of a rule."""
    return integer("cloud_armor", "max_ranges_of_rule")
