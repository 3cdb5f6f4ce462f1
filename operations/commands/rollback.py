"""`grid rollback`: the traffic returns to the revisions from before a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.core.confirmation import confirm
from operations.core.errors import BlockedError, FailedError, IncompleteError, OperationError
from operations.core.exclusion import LeaseRule
from operations.core.options import (
    AsJson,
    DryRun,
    Environment,
    Outputs,
    TakeOver,
    Yes,
    application,
)
from operations.core.session import (
    ReadContext,
    WriteContext,
    read_context,
    write_context,
)
from operations.release import images
from operations.release.records import Place, PreviousRevision, Record, Releases, failed_revisions
from operations.release.rollback_target import Choice, RollbackTarget, find_targets
from operations.release.rolling_back import Outcome, commands_for_rest, move

PREEMPTED = frozenset({"deploy", "gateway deploy"})
"""Commands that a rollback takes the lease over from: they stop at their next request."""
_RECORDS = 20
"""Records that are searched for revisions that failed their smoke test."""
app = application()


@app.command()
def rollback(
    context: typer.Context,
    environment: Environment,
    release: Annotated[
        str, typer.Option(help="Release to roll back. Default: the last one.", show_default=False)
    ] = "",
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service. Can be repeated.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Only this region. Can be repeated.")
    ] = None,
    to: Annotated[
        str, typer.Option(help="Revision to serve. Needs one --service.", show_default=False)
    ] = "",
    to_image: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SERVICE=IMAGE", help="Image that the service serves in every region."
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Take the lease over from any command. Accept a revision that failed its smoke "
            "test or lost a secret, a release that a later one followed, and an image of another "
            "registry or service.",
        ),
    ] = False,
    yes: Yes = False,
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Move all traffic of the last release at once: its services and regions, and no others.

    If a region fails, nothing is reverted: the command continues with the others, and lists the
    serving revisions. Images in templates and the database do not change.
    """
    choice = Choice(release=release, services=service or (), regions=region or (), revision=to)

    def find(session: ReadContext) -> tuple[list[RollbackTarget], Record | None]:
        rule = images.rule(session, "--force", is_lifted=force)
        given = images.by_service(to_image or (), rule)
        chosen = replace(choice, images={name: each.reference for name, each in given.items()})
        with session.report.step("find the previous revisions"):
            return find_targets(session, chosen, force=force)

    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            targets, record = find(session)
            session.report.result = {
                "release": record.id if record else None,
                "services": [_as_json(target) for target in targets],
            }
            session.report.show(_table(targets))
        return

    asked: list[RollbackTarget] = []

    def ask(session: ReadContext) -> None:
        if not yes and session.runtime.is_interactive():
            asked.extend(find(session)[0])
            lines = [
                f"{each.service} {each.region}: {each.revision or each.image}, {each.why}"
                for each in asked
            ]
            confirm(session, lines, f"Move all this traffic of {environment}?", yes=yes)

    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(
            is_required=False,
            preempts=PREEMPTED,
            reason=take_over or ("rollback --force" if force else ""),
        ),
        is_emergency=True,
        ask=ask,
    ) as writing:
        targets, record = find(writing)
        if asked and targets != asked:
            raise BlockedError(
                "the previous revisions have changed since the question",
                advice="repeat the command",
            )
        _roll_back(writing, targets, record, force=force)


def _roll_back(
    session: WriteContext, targets: list[RollbackTarget], record: Record | None, *, force: bool
) -> None:
    releases = Releases(session)
    own = releases.new("rollback", rolls_back=record.id if record else "")
    with session.report.step("move the traffic"):
        failed = _failed(session, releases)
        outcomes = move(session, targets, own.id, failed, force=force)
    session.report.result = {
        "release": record.id if record else None,
        "rollback": own.id,
        "services": [_as_json(outcome.target, outcome) for outcome in outcomes],
    }
    session.report.show(_table(targets, outcomes))
    rest = commands_for_rest(session, outcomes)
    own = replace(
        own, state="incomplete" if rest else "succeeded", places=_places(session, outcomes)
    )
    try:
        releases.save(own)
        if record and not rest and len(outcomes) == len(record.places):
            releases.save(replace(record, state="rolled back", message=f"by {own.id}"))
    except FailedError as error:
        session.report.log(f"warning: the rollback is not recorded: {error}")
    if rest and any(outcome.changed for outcome in outcomes):
        raise IncompleteError(
            f"{len(rest)} of {len(outcomes)} places do not serve the version before",
            remaining=rest,
            advice="repeat grid rollback, or run the commands above",
        )
    if rest:
        blocked = all(outcome.blocked for outcome in outcomes if outcome.error)
        error_type = BlockedError if blocked else FailedError
        raise error_type(
            "no traffic was moved:\n  " + "\n  ".join(rest),
            advice="name another target with --to-image SERVICE=IMAGE, or use --force",
        )


def _failed(session: WriteContext, releases: Releases) -> frozenset[tuple[str, str]]:
    try:
        return frozenset(failed_revisions(islice(releases.newest("deploy"), _RECORDS)))
    except OperationError as error:
        session.report.log(f"warning: failed smoke tests are not known: {error}")
        return frozenset()


def _places(session: WriteContext, outcomes: list[Outcome]) -> tuple[Place, ...]:
    return tuple(
        Place(
            service=outcome.target.service,
            region=outcome.target.region,
            name=session.platform.services[outcome.target.service][outcome.target.region].name,
            image=outcome.target.image,
            before=PreviousRevision(revision=max(outcome.before, default=""), image=""),
            after=outcome.revision,
        )
        for outcome in outcomes
        if outcome.changed
    )


def _as_json(target: RollbackTarget, outcome: Outcome | None = None) -> dict[str, object]:
    return {
        "service": target.service,
        "region": target.region,
        "from": dict(outcome.before) if outcome else None,
        "to": outcome.revision if outcome else target.revision,
        "image": target.image,
        "why": target.why,
        "error": outcome.error if outcome else "",
    }


def _table(targets: list[RollbackTarget], outcomes: Sequence[Outcome] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "to", "why", "result"):
        table.add_column(heading, no_wrap=True)
    for target, outcome in zip_longest(targets, outcomes):
        revision = (outcome.revision if outcome else target.revision) or target.image
        result = _result(outcome) if outcome else ""
        table.add_row(*map(Text, (target.service, target.region, revision, target.why, result)))
    return table


def _result(outcome: Outcome) -> str:
    if outcome.error:
        return "failed"
    return "serves" if outcome.changed else "served already"
