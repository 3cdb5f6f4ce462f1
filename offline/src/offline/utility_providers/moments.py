"""hashicorp/time: moments that stay in the state. `time_sleep` does not sleep here.

What a configuration waits for, such as the propagation of a permission, is done at once in the
simulated cloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from offline.protocol.contract import Finding, ProviderError, Value
from offline.protocol.values import UNKNOWN
from offline.utility_providers.calendars import FUNCTIONS, clock, is_rfc3339, parse, rfc3339
from offline.utility_providers.provider import Behavior, Resource

_DURATION = re.compile(r"[0-9]+(\.[0-9]+)?(ms|s|m|h)")
_UNITS = ("days", "hours", "minutes", "months", "seconds", "years")
_MONTHS_OF_YEAR = 12


def _quoted(text: str) -> str:
    return f'"{text}"'


def _moved(moment: datetime, unit: str, count: int) -> datetime:
    """Add to a moment; days that a month does not have run over into the next, as in Go."""
    if unit not in {"months", "years"}:
        return moment + timedelta(**{unit: count})
    months = moment.month - 1 + count * (_MONTHS_OF_YEAR if unit == "years" else 1)
    first = moment.replace(
        year=moment.year + months // _MONTHS_OF_YEAR, month=months % _MONTHS_OF_YEAR + 1, day=1
    )
    return first + timedelta(days=moment.day - 1)


def _clock(moment: datetime) -> Value:
    return {**clock(moment), "unix": int(moment.timestamp())}


def _base(given: str | None) -> datetime:
    return parse(given) if given else datetime.now(UTC)


def _static(planned: Value, _folder: Path | None = None) -> Value:
    moment = _base(planned.get("rfc3339"))
    return {**_clock(moment), "rfc3339": rfc3339(moment), "id": rfc3339(moment)}


def _offset(planned: Value, _folder: Path | None = None) -> Value:
    base = moment = _base(planned.get("base_rfc3339"))
    for unit in _UNITS:
        moment = _moved(moment, unit, int(planned.get(f"offset_{unit}") or 0))
    own = {"base_rfc3339": rfc3339(base), "rfc3339": rfc3339(moment), "id": rfc3339(base)}
    return {**_clock(moment), **own}


def _rotating(planned: Value, _folder: Path | None = None) -> Value:
    """Compute the rotation; of several arguments the last of the provider's order counts."""
    base = _base(planned.get("rfc3339"))
    turn = parse(planned["rotation_rfc3339"]) if planned.get("rotation_rfc3339") else base
    for unit in ("days", "hours", "minutes", "months", "years"):
        is_overruled = unit != "years" and planned.get("rotation_rfc3339")
        if (count := planned.get(f"rotation_{unit}")) and not is_overruled:
            turn = _moved(base, unit, int(count))
    own = {"rotation_rfc3339": rfc3339(turn), "rfc3339": rfc3339(base), "id": rfc3339(base)}
    return {**_clock(turn), **own}


def _plan_offset(prior: Value, planned: Value, _config: Value) -> None:
    names = [*(f"offset_{unit}" for unit in _UNITS), "base_rfc3339"]
    _plan(names, _offset, prior, planned, planned)


def _plan_rotating(prior: Value, planned: Value, config: Value) -> None:
    names = [*(f"rotation_{unit}" for unit in _UNITS if unit != "seconds"), "rotation_rfc3339"]
    given = {**planned, "rotation_rfc3339": config.get("rotation_rfc3339")}
    _plan(names, _rotating, prior, planned, given)


def _plan(names: Iterable[str], compute: Any, prior: Value, planned: Value, given: Value) -> None:
    """Plan an update in place, from the base that the resource has."""
    changed = [name for name in names if planned.get(name) != prior.get(name)]
    if not changed:
        return
    if any(planned[name] is UNKNOWN for name in changed):
        planned |= dict.fromkeys((*clock(datetime.now(UTC)), "unix", "rfc3339"), UNKNOWN)
    else:
        planned |= compute(given)


def _read_rotating(state: Value, _folder: Path) -> Value | None:
    turn = state.get("rotation_rfc3339")
    return None if turn and datetime.now(UTC) > parse(turn) else state


def _sleep(_planned: Value, _folder: Path) -> Value:
    return {"id": rfc3339(datetime.now(UTC))}


def _import_static(id_: str) -> Value:
    return {**_imported(_static, {"rfc3339": id_}), "triggers": {}}


def _import_offset(id_: str) -> Value:
    names = ["years", "months", "days", "hours", "minutes", "seconds"]
    given = _parts(id_, "base_rfc3339", [f"offset_{name}" for name in names])
    return {**given, **_imported(_offset, given), "triggers": {}}


def _import_rotating(id_: str) -> Value:
    if id_.count(",") == 1:
        base, _, turn = id_.partition(",")
        given: Value = {"rfc3339": base, "rotation_rfc3339": turn}
    else:
        names = ["years", "months", "days", "hours", "minutes"]
        given = _parts(id_, "rfc3339", [f"rotation_{name}" for name in names])
    return {**given, **_imported(_rotating, given), "triggers": {}}


def _import_sleep(id_: str) -> Value:
    create, comma, destroy = id_.partition(",")
    if not comma or "," in destroy or not (create or destroy):
        _unexpected(id_, "CREATEDURATION,DESTROYDURATION where at least one value is non-empty")
    durations = {"create_duration": create or None, "destroy_duration": destroy or None}
    return {**durations, **_sleep({}, Path()), "triggers": {}}


def _parts(id_: str, base: str, names: list[str]) -> Value:
    """Return the parts of an import ID: a moment, and numbers that may be left out."""
    first, *rest = id_.split(",")
    if len(rest) != len(names) or not first or not any(rest):
        words = ",".join(name.partition("_")[2].upper() for name in names)
        _unexpected(id_, f"BASETIMESTAMP,{words} where at least one value is non-empty")
    try:
        numbers = {
            name: int(text) if text else None for name, text in zip(names, rest, strict=True)
        }
    except ValueError as error:
        raise ProviderError("Import time error", str(error)) from error
    return {base: first, **numbers}


def _unexpected(id_: str, expected: str) -> None:
    text = f"Unexpected format of ID ({_quoted(id_)}), expected {expected}"
    raise ProviderError("Unexpected Format of ID", text)


def _imported(compute: Any, given: Value) -> Value:
    try:
        result: Value = compute(given)
    except ValueError as error:
        raise ProviderError("Import time error", str(error)) from error
    return result


def _check_moment(name: str, text: str) -> Finding | None:
    if is_rfc3339(text):
        return None
    detail = "A string value was provided that is not valid RFC3339 string format."
    return Finding("Invalid RFC3339 String Value", f"{detail}\n\nGiven Value: {text}", (name,))


def _check_duration(name: str, text: str) -> Finding | None:
    if _DURATION.fullmatch(text):
        return None
    form = (
        "a number immediately followed by ms (milliseconds), s (seconds), m (minutes), or h (hours)"
    )
    detail = f'Attribute {name} must be {form}. For example, "30s" (30 seconds)., got: {text}'
    return Finding("Invalid Attribute Value Match", detail, (name,))


BEHAVIOR = Behavior(
    {
        "time_offset": Resource(_offset, plan=_plan_offset, import_=_import_offset),
        "time_rotating": Resource(
            _rotating, read=_read_rotating, plan=_plan_rotating, import_=_import_rotating
        ),
        "time_sleep": Resource(_sleep, import_=_import_sleep),
        "time_static": Resource(_static, import_=_import_static),
    },
    functions=FUNCTIONS,
    checks={"rfc3339": _check_moment, "duration": _check_duration},
)
