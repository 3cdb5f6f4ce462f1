"""The register of rules: what a rule is, how one is declared, and how all of a type are run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from offline.rules.case import Case

Judge = Callable[[Case], "str | None"]
When = Literal["apply", "delete"]


class Refusal(Exception):  # noqa: N818 - it is no error of ours, an API says no
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
    """A rule of an API: returns the API's reason to refuse, or None."""

    name: str
    types: tuple[str, ...]
    when: When
    source: str
    code: int
    judge: Judge

    @property
    def summary(self) -> str:
        """What it refuses: the first paragraph of its docstring."""
        first = (self.judge.__doc__ or "").strip().split("\n\n")[0]
        return " ".join(first.split())

    def covers(self, type_: str) -> bool:
        """Whether it judges a type; a pattern ends in `*`."""
        return any(
            type_.startswith(one[:-1]) if one.endswith("*") else type_ == one for one in self.types
        )


_RULES: list[Rule] = []


def rule(
    *types: str, source: str, code: int = 400, when: When = "apply"
) -> Callable[[Judge], Judge]:
    """Register a function as a rule of some types; it is called before create and update, or
    before delete.
    """

    def register(judge: Judge) -> Judge:
        name = f"{judge.__module__.rsplit('.', 1)[-1]}.{judge.__name__}"
        _RULES.append(Rule(name, types, when, source, code, judge))
        return judge

    return register


def arrange(modules: Sequence[ModuleType]) -> None:
    """Put the rules in order: as Google looks, the API first, then quota, name and content.

    Raises:
        ValueError: a rule is in a module that is not among them.
    """
    order = [module.__name__ for module in modules]
    _RULES.sort(key=lambda one: order.index(one.judge.__module__))


def rules(type_: str | None = None, when: When | None = None) -> Iterator[Rule]:
    """All rules, or those of a type and of a moment, in the order in which they judge."""
    for one in _RULES:
        if (type_ is None or one.covers(type_)) and (when is None or one.when == when):
            yield one


def run(case: Case, when: When) -> None:
    """Ask every rule.

    Raises:
        Refusal: the first that refuses.
    """
    for one in rules(case.type, when):
        reason = one.judge(case)
        if reason is not None:
            raise Refusal(reason, source=one.source, code=one.code, rule=one.name)
