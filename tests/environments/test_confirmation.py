"""A fact without a source that can be opened rejects no environment file."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from environments.naming import Names
from environments.problems import Problem
from environments.rules import WARNINGS
from environments.rules.confirmation import may_reject, rests_on
from environments.schema import Environment
from facts import names
from facts.table import read, topics
from tests.template import ROOT

RECORD = """
import json, sys
from facts import table

original, seen = table.read, set()

def user(frame):
    while frame and not frame.f_globals["__name__"].startswith("environments"):
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}" if frame else ""

def recorded(topic):
    class Facts(dict):
        def __getitem__(self, name):
            seen.add((user(sys._getframe(1)), topic, name))
            return super().__getitem__(name)
    return Facts(original(topic))

table.read = recorded
from environments.checking import check
from environments.rules import WARNINGS
from tests.environments.samples import changed
from tests.environments.test_rules import ROWS

for name, *contents, _ in ROWS.values():
    for content in (changed(name, changes) for changes in contents):
        environment = check(content, content["environment"]).environment
        for rule in WARNINGS:
            list(rule(environment))
print(json.dumps(sorted(seen)))
"""
"""Prints which function of the environments reads which fact, while the rules run on their rows."""


def _unconfirmed() -> set[tuple[str, str]]:
    return {
        (topic, name)
        for topic in topics()
        for name, fact in read(topic).items()
        if fact.how == "unconfirmed"
    }


def test_only_rules_that_warn_read_unconfirmed_facts() -> None:
    command = [sys.executable, "-c", RECORD]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    reads = [(user, (topic, name)) for user, topic, name in json.loads(output)]
    assert len(reads) > 30
    warn = {f"{rule.__module__}.{rule.__name__}" for rule in WARNINGS}
    modules = {f"{rule.__module__}.<module>" for rule in WARNINGS}
    users = {
        user
        for user, fact in reads
        # Names know whether their limit is confirmed.
        if user and fact in _unconfirmed() and fact[0] != "names"
    }
    asked = {"environments.rules.confirmation.<genexpr>"}
    assert users - warn - modules - asked == set()


@pytest.mark.parametrize(("how", "expected"), [("derived", True), ("unconfirmed", False)])
def test_may_reject_needs_a_confirmed_fact(*, how: str, expected: bool) -> None:
    fact = next(
        (topic, name) for topic in topics() for name, fact in read(topic).items() if fact.how == how
    )

    @rests_on(fact)
    def rule(environment: Environment) -> Iterator[Problem]:
        yield Problem(("environment",), environment.environment, "another")

    assert may_reject(rule) is expected


def test_names_are_not_rejected_when_their_limit_is_unconfirmed() -> None:
    assert not names.limit("apigee_nat_address").is_confirmed
    assert len(Names("p", "grid", "e" * 30).egress(1)) > names.limit("apigee_nat_address").max
