"""What the offline Google models: per type what is known, which rules check it, and what is left
out.

    offline coverage [--json] [TYPE ...]

Without types: those of the Terraform JSON below cdktf.out, or all that have facts.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from offline.engine.iam import iam_kind
from offline.problems import Parser, read_json
from offline.provider_facts import AttributeFacts, facts, types
from offline.schema.known import check_types
from offline.services import catalog
from offline.services.catalog import api_of, rules

_RELATIONS = ("conflicts_with", "exactly_one_of", "at_least_one_of", "required_with")
_CHECKS = ("range", "length", "regex", "check")

EVERYWHERE = (
    "time: operations end at once, IAM and API enablement take effect at once, nothing fails half "
    "way",
    "permissions of the account that runs Terraform; organization policies; VPC Service Controls",
    "prices, billing, committed use",
    "what the provider's CustomizeDiff functions refuse at plan is refused at apply here, or not "
    "at all",
    "state upgraders, StateFunc and encoders of single attributes",
    "data sources: what is not in this world is presumed to exist, with made-up values",
    "rules of types and services that have no folder in offline/services",
    "APIs without a discovery document, such as Managed Lustre: `offline serve` answers by the "
    "path alone, checks nothing in a request, and computes times, an etag and a uid",
    "credentials: the content of `credentials` is not read, and nobody can verify the signature of "
    "a token or a JWT",
    "the protocol beyond Terraform 1.11 (resource identities, list resources, actions): google "
    "6.50.0 has none of them",
    "the exact wording of an API, where a rule's source is neither an issue nor the provider",
)
"""What is not modelled for any type."""
RANDOM = ("entropy: values are made up by rule",)


@dataclass(frozen=True)
class Coverage:
    """What is known of a type.

    `attributes`: in the provider's schema, all of which the bindings give with type, required,
    optional and computed (0: not counted, the type has no facts). Then counts of our facts; `rules`
    by name; `missing`: what is not modelled.
    """

    type: str
    attributes: int
    force_new: int
    defaults: int
    enums: int
    checks: int
    relations: int
    sensitive: int
    write_only: int
    id: bool
    api: str | None
    rules: tuple[str, ...]
    missing: tuple[str, ...]


def measure(type_: str) -> Coverage:
    """Say what is known of a type; zeros for one that the bindings alone describe."""
    known = facts(type_)
    every = list(known.attributes.values())
    return Coverage(
        type=type_,
        attributes=known.count,
        force_new=sum(fact.force_new for fact in every),
        defaults=sum(fact.has_default for fact in every),
        enums=sum(bool(fact.enum) for fact in every),
        checks=sum(_has(fact, _CHECKS) for fact in every),
        relations=sum(_has(fact, _RELATIONS) for fact in every),
        sensitive=sum(fact.sensitive for fact in every),
        write_only=sum(fact.write_only for fact in every),
        id=known.id_format is not None or iam_kind(type_) is not None,
        api=api_of(type_),
        rules=tuple(rule_.name for rule_ in rules(type_)),
        missing=not_modelled(type_),
    )


def _has(fact: AttributeFacts, names: Iterable[str]) -> bool:
    return any(getattr(fact, name) for name in names)


def not_modelled(type_: str) -> tuple[str, ...]:
    """List what is not modeled for a type, by its service.

    The list begins with the provider facts if the type has none.
    """
    result = RANDOM if type_.startswith("random_") else catalog.not_modelled(type_)
    if facts(type_).known:
        return result
    return "provider facts: ForceNew, defaults, relations and checks are not known", *result


def types_in_stacks(folder: Path) -> tuple[str, ...]:
    """Types of the stacks below a folder of Terraform JSON, sorted."""
    result: set[str] = set()
    for file in sorted(folder.glob("**/*.tf.json")):
        content = read_json(file, "Synthesize the stacks again, or name another folder: --stacks")
        result |= set(content.get("resource", {}))
    return tuple(sorted(result))


def table(reports: Sequence[Coverage]) -> str:
    """Return the reports as text: a line per type, then what is not modelled."""
    heads = ("type", "attributes", "ForceNew", "defaults", "enums", "checks", "relations", "rules")
    rows = [
        (
            report.type,
            str(report.attributes or "-"),
            *map(
                str,
                (report.force_new, report.defaults, report.enums, report.checks, report.relations),
            ),
            str(len(report.rules)),
        )
        for report in reports
    ]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [heads, *rows]
    ]
    lines += ["", "Not modelled, for any type:", *(f"  - {item}" for item in EVERYWHERE)]
    shown: set[str] = set()
    for entry in reports:
        new = [text for text in entry.missing if text not in shown]
        if new:
            lines += ["", f"Not modelled, {entry.type} and its family:", *(f"  - {x}" for x in new)]
        shown |= set(new)
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; the exit code is 0.

    Raises:
        CommandError: there is no such type.
    """
    parser = Parser(prog="offline coverage", description=__doc__)
    parser.add_argument(
        "types", nargs="*", metavar="TYPE", help="resource types, e.g. google_sql_user"
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--stacks", type=Path, default=Path("cdktf.out"), help="Terraform JSON")
    given = parser.parse_args(arguments)
    check_types(given.types)
    reports = [measure(item) for item in given.types or types_in_stacks(given.stacks) or types()]
    if given.json:
        content = {"everywhere": EVERYWHERE, "types": [asdict(report) for report in reports]}
        print(json.dumps(content, indent=1))
    else:
        print(table(reports))
    return 0
