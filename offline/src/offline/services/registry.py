"""The register of rules: what a rule is, and how one is declared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from offline.services.context import RuleContext

Check = Callable[[RuleContext], "str | None"]
When = Literal["apply", "delete"]


class ApiError(Exception):
    """An API says no.

    `reason` as the API words it where that is known, `source` where we know it from, `code` the
    HTTP status, `rule` the name of the rule.
    """

    def __init__(self, reason: str, *, source: str, code: int = 400, rule: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        self.code = code
        self.rule = rule


@dataclass(frozen=True)
class Rule:
    """A rule of an API: returns the API's reason to reject, or None."""

    name: str
    types: tuple[str, ...]
    when: When
    source: str
    code: int
    check: Check

    @property
    def summary(self) -> str:
        """What it rejects: the first paragraph of its docstring."""
        first = (self.check.__doc__ or "").strip().split("\n\n")[0]
        return " ".join(first.split())

    def covers(self, type_: str) -> bool:
        """Say whether it checks a type; a pattern ends in `*`."""
        return any(
            type_.startswith(item[:-1]) if item.endswith("*") else type_ == item
            for item in self.types
        )


_RULES: list[Rule] = []


def rule(
    *types: str, source: str, code: int = 400, when: When = "apply"
) -> Callable[[Check], Check]:
    """Register a function as a rule of some types; it is called before create and update, or
    before delete.
    """

    def register(check: Check) -> Check:
        _RULES.append(Rule(_name(check), types, when, source, code, check))
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules of all modules that are loaded, unsorted."""
    return tuple(_RULES)


def _name(check: Check) -> str:
    """Return service, module (unless it is `rules`) and function: `sql.flags.flag_range`."""
    *_, service, module = check.__module__.split(".")
    return ".".join((service, *(() if module == "rules" else (module,)), check.__name__))
