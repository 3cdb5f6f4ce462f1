"""`grid restore`: the database into a new instance, or in place when that is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from operations.backup import app_data, in_place, new_instance
from operations.backup.origin import Origin, check_origin, good_backups
from operations.backup.source import find_source
from operations.core.errors import FailedError, UsageError
from operations.core.exclusion import LeaseRule
from operations.core.options import AsJson, DryRun, Environment, Outputs, TakeOver, application
from operations.core.session import ReadContext, WriteContext, read_context, write_context

app = application()
_LATEST = "latest"


@app.command()
def restore(
    context: typer.Context,
    environment: Environment,
    backup: Annotated[str, typer.Option(help="ID of a backup, or latest.")] = "",
    at: Annotated[str, typer.Option(help="Point in time, such as 2026-11-01T12:00:00Z.")] = "",
    export: Annotated[str, typer.Option(help="gs:// address of an export.")] = "",
    region: Annotated[
        str, typer.Option(help="Region of the new instance. Default: that of the old one.")
    ] = "",
    files: Annotated[
        bool,
        typer.Option(
            "--app-data", help="Restore the files of the app-data bucket from their copy."
        ),
    ] = False,
    over: Annotated[
        bool,
        typer.Option("--in-place", help="Replace the data of the instance. Asks for its name."),
    ] = False,
    confirm: Annotated[
        str, typer.Option(help="Instance name for --in-place, if there is no terminal to type it.")
    ] = "",
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Restore into a new instance, or with --in-place a backup over the current instance."""
    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            origin = _origin(session, backup, at, export, region, files=files, over=over)
            _preview(session, origin, files=files, over=over)
        return
    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(reason=take_over),
    ) as session:
        origin = _origin(session, backup, at, export, region, files=files, over=over)
        new_instance.block_unfinished_restore(session, None if over else origin)
        result: dict[str, object] = {}
        if origin:
            check_origin(session, origin)
            result = (
                _restore_in_place(session, origin, confirm)
                if over
                else _restore_to_new_instance(session, origin)
            )
        if files:
            result["app_data_objects"] = app_data.restore_objects(session)
            session.report.show(f"{result['app_data_objects']} objects of the app data are back")
        session.report.result = result


def _origin(
    session: ReadContext,
    backup: str,
    at: str,
    export: str,
    region: str,
    *,
    files: bool,
    over: bool,
) -> Origin | None:
    """Return what to restore; None where it is the app data only. Raises UsageError."""
    asked = {"--backup": backup, "--at": at, "--export": export}
    given = [name for name, value in asked.items() if value]
    if len(given) > 1 or not (given or files):
        raise UsageError(
            f"the options name {len(given)} origins to restore from"
            + (f": {', '.join(given)}" if given else ""),
            advice="give one of --backup, --at and --export, and --app-data with it or alone",
        )
    if over and given != ["--backup"]:
        raise UsageError(
            f"--in-place needs --backup, not {', '.join(given) or 'the app data'}: Cloud SQL "
            "restores the others only to an instance without data",
            advice="leave out --in-place, to restore into a new instance",
        )
    if region and (over or at or not given):
        raise UsageError(
            "--region needs --backup or --export, and a new instance: Cloud SQL clones a "
            "point in time only in the region of its source",
            advice="leave out --region, or restore with --backup or --export",
        )
    if at:
        return Origin(kind="time", value=_time(session, at))
    if export:
        return Origin(kind="export", value=export, region=region)
    if backup:
        return Origin(kind="backup", value=_backup(session, backup), region=region)
    return None


def _time(session: ReadContext, text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise UsageError(
            f"--at {text} is not a time with a time zone",
            advice="give a time in RFC 3339, such as 2026-11-01T12:00:00Z",
        )
    if time > session.runtime.clock.now():
        raise UsageError(f"--at {text} is in the future", advice="give a time in the past")
    return time.isoformat()


def _backup(session: ReadContext, text: str) -> str:
    """Return the id of a backup; of `latest`, that of the run that this one resumes."""
    if text != _LATEST:
        return text
    earlier = session.journal.unfinished if isinstance(session, WriteContext) else None
    kind, _, value = str(earlier.notes.get("origin")).partition(" ") if earlier else ("", "", "")
    if kind == "backup":
        return value.partition(" ")[0]
    source = find_source(session)
    newest = next(iter(good_backups(session, source)), None)
    if newest is None:
        raise FailedError(
            f"{source.name} has no successful backup",
            advice="restore from an export: grid restore --export gs://BUCKET/OBJECT",
        )
    return newest


def _restore_to_new_instance(session: WriteContext, origin: Origin) -> dict[str, object]:
    name = new_instance.choose_name(session, origin)
    instance = new_instance.restore(session, origin, name)
    session.steps.keep()
    address = next(
        (
            address_["ipAddress"]
            for address_ in instance.get("ipAddresses", [])
            if address_["type"] == "PRIVATE"
        ),
        "",
    )
    verify = f"grid verify-restore {session.environment} --instance {name}"
    if origin.kind == "export":
        verify += f" --export {origin.value}"
    session.report.show(
        f"{origin} is in {name}, {address or 'without a private address'}\n"
        f"Next: {verify}\nThen: docs/operations.md, Serve from a restored instance, "
        f"with the suffix {new_instance.suffix_id(name)}"
    )
    return {
        "origin": str(origin),
        "instance": name,
        "address": address,
        "suffix_id": new_instance.suffix_id(name),
        "next": verify,
    }


def _restore_in_place(session: WriteContext, origin: Origin, confirm: str) -> dict[str, object]:
    in_place.confirm_restore(session, confirm)
    before = in_place.restore(session, origin.value)
    session.steps.keep()
    instance = session.platform.database.instance
    session.report.show(f"{origin} is in {instance}; before it was what backup {before} holds")
    return {"origin": str(origin), "instance": instance, "backup_before": before}


def _preview(session: ReadContext, origin: Origin | None, *, files: bool, over: bool) -> None:
    instance = session.platform.database.instance
    count = len(app_data.missing_objects(session)) if files else 0
    where = instance if over else f"a new instance like {instance}"
    if origin:
        check_origin(session, origin)
        session.report.show(f"would restore {origin} into {where}")
    if files:
        session.report.show(f"would copy {count} objects of the app data back")
    session.report.result = {"origin": str(origin or ""), "app_data_objects": count}
