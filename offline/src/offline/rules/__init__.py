"""Rules of the Google APIs: what they refuse when Terraform applies, though plan and provider let
it pass.

Each rule is a small function in the module of its service, registered for its types; its
docstring says what it refuses, its `source` where that is known from: "provider" the Go code of
hashicorp/google v6.50.0 ("(text)": a description in it); "issue" an error message seen in a public
issue, by repository and number; "doc" the page of Google's documentation that holds the rule, named
from knowledge and to be opened when in doubt; "API" and "known" what engineers know. The wording
is the API's own where the source is an issue; elsewhere it follows the API's manner.
"""

from collections.abc import Mapping
from typing import Any

from offline.quotas import Quotas
from offline.rules import (
    apigee,
    apis,
    armor,
    backend,
    backups,
    bigquery,
    billing,
    dashboards,
    deletes,
    federation,
    frontend,
    iam,
    limits,
    logs,
    monitoring,
    names,
    network,
    objectives,
    other,
    peering,
    redis,
    routes,
    run,
    run_needs,
    run_shape,
    secrets,
    sql,
    sql_flags,
    sql_needs,
    storage,
    vertex,
)
from offline.rules.case import Case
from offline.rules.registry import Refusal, Rule, arrange, rules, run as _run
from offline.world import World

__all__ = ["Refusal", "Rule", "check", "check_delete", "rules"]

_FIRST = (apis, limits, names, iam, federation)
_EDGE = (network, peering, armor, backend, frontend, routes, run, run_shape, run_needs)
_DATA = (secrets, sql, sql_flags, sql_needs, redis, storage)
_MORE = (vertex, bigquery, billing, backups, apigee, other, deletes)
_EYES = (logs, monitoring, objectives, dashboards)
arrange((*_FIRST, *_EDGE, *_DATA, *_MORE, *_EYES))


def check(
    type_: str,
    planned: Mapping[str, Any],
    prior: Mapping[str, Any] | None,
    world: World,
    quotas: Quotas,
) -> None:
    """Judge a resource about to be created (`prior` None) or updated.

    Raises:
        Refusal: with the API's reason.
    """
    _run(Case(type_, planned, prior, world, quotas), "apply")


def check_delete(
    type_: str, prior: Mapping[str, Any], world: World, quotas: Quotas | None = None
) -> None:
    """Judge a resource about to be deleted.

    Raises:
        Refusal: with the API's reason.
    """
    _run(Case(type_, prior, prior, world, quotas or Quotas()), "delete")
