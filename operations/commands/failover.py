"""`grid failover`: a replica becomes the primary database, and the services use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from contract.outputs import Replica
from operations.backup import promotion
from operations.backup.cloud_sql import Json
from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.exclusion import LeaseRule
from operations.core.failed_over import forget_failover, read_failover, write_failover
from operations.core.options import AsJson, DryRun, Environment, Outputs, TakeOver, application
from operations.core.session import ReadContext, WriteContext, read_context, write_context
from operations.release.database_move import Place, find_places, move
from operations.release.database_url import UrlSecret, UrlSecrets

app = application()


@app.command()
def failover(
    context: typer.Context,
    environment: Environment,
    replica: Annotated[
        str, typer.Option(help="Name of the replica in the environment file, if there are several.")
    ] = "",
    confirm: Annotated[
        str, typer.Option(help="Instance name of the replica, if there is no terminal to type it.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Promote even if Cloud SQL says that the primary runs.")
    ] = False,
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Promote the replica, and let all services use it. A promotion cannot be undone.

    The result has RTO, the seconds that the failover took, and RPO, the seconds by which the
    replica was behind.
    """
    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            _preview(session, replica, force=force)
        return
    lease = LeaseRule(reason=take_over)
    with write_context(
        context, environment, outputs=outputs, as_json=as_json, lease=lease
    ) as session:
        chosen = promotion.choose_replica(session, replica)
        described = promotion.check_promotion(session, chosen, force=force)
        if promotion.is_replica(described):
            _confirm(session, chosen, confirm)
        _fail_over(session, chosen)


def _confirm(session: ReadContext, replica: Replica, confirm: str) -> None:
    """Let only through who typed the name. Raises BlockedError."""
    name = replica.instance
    question = f"{name} in {replica.region} becomes the primary permanently. Type its name: "
    if not confirm and session.runtime.is_interactive():
        confirm = session.runtime.prompt(question)
    if confirm != name:
        raise BlockedError(
            f"{name} becomes the primary permanently, and {confirm!r} is not its name",
            advice=f"type it, or give --confirm {name}",
        )


def _fail_over(session: WriteContext, replica: Replica) -> None:
    started = session.runtime.clock.monotonic()
    lag, places = promotion.replica_lag(session, replica), find_places(session)
    session.steps.step(
        "record for grid apply",
        check=lambda: (read_failover(session.shared) == replica.instance) or None,
        apply=lambda: write_failover(session.shared, replica.instance),
        revert=lambda: forget_failover(session.shared),
    )
    primary = promotion.promote(session, replica)
    urls = _add_urls(session, places, _address(primary))
    moved = move(session, places, urls, primary["serverCaCert"]["cert"])
    rto = round(session.runtime.clock.monotonic() - started)
    left = [f"{place.label} uses the old database: {place.error}" for place in moved if place.error]
    left += _clean_up(session, replica, tuple(urls.values()))
    session.report.result = {
        "instance": replica.instance,
        "region": replica.region,
        "before": session.platform.database.instance,
        "rto_seconds": rto,
        "rpo_seconds": lag,
        "services": [
            {
                "service": place.service,
                "region": place.region,
                "revision": place.revision,
                "error": place.error,
            }
            for place in moved
        ],
        "next": "docs/runbooks/region.md",
    }
    behind = "an unknown time" if lag is None else f"{lag:.0f} s"
    session.report.show(
        f"{replica.instance} in {replica.region} is the primary: RTO {rto} s, RPO {behind}\n"
        "Next: docs/runbooks/region.md, Let Terraform know"
    )
    if left:
        raise IncompleteError(
            f"{replica.instance} is the primary, and not everything follows it",
            remaining=tuple(left),
            advice="run the command again when the region answers; see docs/runbooks/region.md",
        )


def _add_urls(session: WriteContext, places: list[Place], host: str) -> dict[str, UrlSecret]:
    secrets, urls = UrlSecrets(session), {}
    for url in {place.url.secret: place.url for place in places if place.url}.values():
        with session.report.step(f"connection in {url.secret}") as set_detail:
            urls[url.secret] = new = replace(url, after=secrets.add(url, host))
            set_detail(f"version {new.after}")
    return urls


def _clean_up(session: WriteContext, replica: Replica, urls: tuple[UrlSecret, ...]) -> list[str]:
    """Do what users do not wait for, and return what failed of it, one line each."""
    secrets, left = UrlSecrets(session), []
    old = session.platform.database.instance
    work: dict[str, Callable[[], object]] = {
        f"{replica.instance}: backups and standby": lambda: promotion.configure(session, replica),
        f"{old}: stopped": lambda: promotion.stop_old_primary(session),
        **{
            f"{url.secret}: version {url.before} disabled": partial(secrets.disable, url)
            for url in urls
        },
    }
    for name, apply in work.items():
        try:
            with session.report.step(name):
                apply()
        except FailedError as error:
            left.append(f"{name}: not done: {error}")
    return left


def _address(instance: Json) -> str:
    """Return the private address of an instance. Raises FailedError where it has none."""
    for address in instance.get("ipAddresses", []):
        if address["type"] == "PRIVATE":
            return str(address["ipAddress"])
    raise FailedError(
        f"{instance['name']} has no private address",
        advice="give it one: gcloud sql instances patch with --network",
    )


def _preview(session: ReadContext, name: str, *, force: bool) -> None:
    replica = promotion.choose_replica(session, name)
    promotion.check_promotion(session, replica, force=force)
    lag, places = promotion.replica_lag(session, replica), find_places(session)
    session.report.result = {
        "instance": replica.instance,
        "region": replica.region,
        "rpo_seconds": lag,
        "services": [place.label for place in places],
    }
    session.report.show(
        f"would promote {replica.instance} in {replica.region}, "
        f"{'an unknown time' if lag is None else f'{lag:.0f} s'} behind, for: "
        f"{', '.join(place.label for place in places) or 'no service'}"
    )
