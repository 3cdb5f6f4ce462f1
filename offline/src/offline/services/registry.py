"""The register of rules: what a rule is, where it is known from, and how one is declared."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from facts.table import read
from offline.services.context import RuleContext

Check = Callable[[RuleContext], "str | None"]
When = Literal["apply", "delete"]
Mode = Literal["refuse", "warn"]


class Origin(NamedTuple):
    """Where a rule is known from, as `sources.json` of its service says. The keys are those of a
    fact of the package `facts`.
    """

    source: str = ""
    """URL where the rule can be read."""
    checked: str = ""
    """Day of the last comparison with the source, such as `2026-11-26`."""
    how: str = "unconfirmed"
    """`documented`, `provider`, `api-message`, `issue`, `observed`, `derived` or `unconfirmed`."""
    note: str = ""
    mode: Mode | None = None
    """`warn` where the source is no proof for every value, such as a list that can lack some."""
    accepted: bool = False
    """Whether Google accepts what the rule warns of."""


class ApiError(Exception):
    """An API says no.

    `reason` as the API words it where that is known, `source` where we know it from, `code` the
    HTTP status, `rule` the name of the rule; `is_accepted` if it only warns of what Google accepts.
    """

    def __init__(
        self,
        reason: str,
        *,
        source: str,
        code: int = 400,
        rule: str = "",
        is_accepted: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.source = source
        self.code = code
        self.rule = rule
        self.is_accepted = is_accepted


@dataclass(frozen=True)
class Rule:
    """A rule of an API: returns the API's reason to reject, or None."""

    name: str
    types: tuple[str, ...]
    when: When
    code: int
    check: Check

    @property
    def summary(self) -> str:
        """What it rejects: the first paragraph of its docstring."""
        first = (self.check.__doc__ or "").strip().split("\n\n")[0]
        return " ".join(first.split())

    @cached_property
    def origin(self) -> Origin:
        """Where it is known from."""
        service, _, name = self.name.partition(".")
        return _origins(service).get(name, Origin())

    @property
    def mode(self) -> Mode:
        """Whether it refuses, or, without a source that can be opened, warns."""
        return self.origin.mode or ("warn" if self.origin.how == "unconfirmed" else "refuse")

    def covers(self, type_: str) -> bool:
        """Say whether it checks a type; a pattern ends in `*`."""
        return any(
            type_.startswith(item[:-1]) if item.endswith("*") else type_ == item
            for item in self.types
        )

    def error(self, reason: str) -> ApiError:
        """Return its error with a reason."""
        source, is_accepted = self.origin.source, self.origin.accepted
        return ApiError(
            reason, source=source, code=self.code, rule=self.name, is_accepted=is_accepted
        )


_RULES: list[Rule] = []


def rule(*types: str, code: int = 400, when: When = "apply") -> Callable[[Check], Check]:
    """Register a function as a rule of some types; it is called before create and update, or
    before delete.
    """

    def register(check: Check) -> Check:
        _RULES.append(Rule(_name(check), types, when, code, check))
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """Return the rules of all modules that are loaded, unsorted."""
    return tuple(_RULES)


def _name(check: Check) -> str:
    """Return service, module (unless it is `rules`) and function: `sql.flags.flag_range`."""
    *_, service, module = check.__module__.split(".")
    return ".".join((service, *(() if module == "rules" else (module,)), check.__name__))


@cache
def _origins(service: str) -> Mapping[str, Origin]:
    """Return the origins of the rules of a service; `fact` in one stands for that of a fact."""
    file = Path(__file__).with_name(service) / "sources.json"
    content = json.loads(file.read_bytes())
    return {name: _origin(**entry) for name, entry in content.items()}


def _origin(fact: str = "", **entry: str) -> Origin:
    if fact:
        topic, _, name = fact.partition(".")
        known = read(topic)[name]
        entry = {"source": known.source, "checked": known.checked, "how": known.how} | entry
    return Origin(**entry)  # type: ignore[arg-type]
