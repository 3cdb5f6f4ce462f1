"""The corpus: configurations by resource type, with recorded values of the genuine provider.

`corpus/<type>/` has up to three configurations: `minimal.tf`, `full.tf`, and `update.tf`, which
changes the resources of `full.tf`. `recorded.json` has what the genuine provider made of them in
front of a served Google: plan, and state after an apply whose second plan is empty;
`requests.json` has the requests to it (sent_requests.py).
`agreement.json` counts what is equal with the embedded provider; it only goes up.

    python tests/corpora.py record --provider MIRROR   # record what the genuine provider does
    python tests/corpora.py agree [--raise]            # count; with --raise, keep higher counts
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import sent_requests
from corpus_page import Counts, page
from sent_requests import GenuineSpy

from offline.compare.differences import Comparison, Difference, compare
from offline.compare.life import Life, Planned
from offline.compare.run import live
from offline.compare.scratch import VERSION, copy
from offline.terraform.session import Offline
from offline.translation.found import translated

FOLDER = Path(__file__).with_name("corpus")
AGREEMENT = FOLDER / "agreement.json"
TABLE = FOLDER / "README.md"
RANDOM = "hashicorp/random 3.7.2"
CONFIGURATIONS = {"minimal": (1, "minimal"), "full": (1, "full"), "update": (2, "full")}
"""Of each configuration: the step of its apply, and the name of its resource."""


def types() -> list[str]:
    """Return the types that have configurations."""
    return sorted(file.parent.name for file in FOLDER.glob("*/minimal.tf"))


def provider(type_: str) -> str:
    """Return name and version of the genuine provider of a type."""
    return RANDOM if type_.startswith("random_") else f"hashicorp/google {VERSION}"


def with_needed(wanted: Iterable[str]) -> list[str]:
    """Return types with those that their configurations refer to."""
    known, result, left = set(types()), set(), list(wanted)
    while left:
        if (type_ := left.pop()) not in result:
            result.add(type_)
            text = "".join(file.read_text("utf-8") for file in (FOLDER / type_).glob("*.tf"))
            left += known & set(re.findall(r"\b(\w+_\w+)\.(?:minimal|full)\b", text))
    return sorted(result)


def run(session: Offline, wanted: Iterable[str], scratch: Path, *, destroy: bool) -> list[Life]:
    """Apply `common.tf`, the configurations of types together, and the updates, in this order."""
    chosen = sorted(wanted)
    return live(session, [_write(scratch, chosen, step) for step in (0, 1, 2)], destroy=destroy)


def _write(scratch: Path, wanted: Iterable[str], step: int) -> Path:
    source = scratch / f"files-{step}"
    source.mkdir(parents=True, exist_ok=True)
    for own in (FOLDER / "common.tf", *FOLDER.glob("*.zip")):
        (source / own.name).write_bytes(own.read_bytes())
    for type_ in wanted if step else ():
        for name in ("minimal", "full"):
            files = [FOLDER / type_ / f"{name}.tf"]
            if step == 2 and name == "full":
                files.insert(0, FOLDER / type_ / "update.tf")
            if file := next(filter(Path.is_file, files), None):
                (source / f"{type_}.{name}.tf").write_bytes(file.read_bytes())
    return copy(source, scratch / f"run-{step}")


def refused(lives: Sequence[Life]) -> dict[str, str]:
    """Return the types whose configurations stop a plan, with the error."""
    found = {}
    for life in lives:
        for error in life.errors.get("plan", []):
            types_ = re.findall(r"with (\w+)\.\w+,|resource \"(\w+)\" \"", error)
            for first, second in types_:
                found[first or second] = error
    return found


def run_all(
    make: Callable[[], Offline], wanted: Sequence[str], *, destroy: bool
) -> tuple[list[Life], dict[str, str]]:
    """Run the types that plan, and return their lives, and the errors of those that do not."""
    left = list(wanted)
    errors: dict[str, str] = {}
    while True:
        with tempfile.TemporaryDirectory(prefix="corpus-") as scratch, make() as session:
            lives = run(session, left, Path(scratch), destroy=destroy)
        new = refused(lives)
        if not any("plan" in life.errors for life in lives):
            return lives, errors
        if not new.keys() & set(left):
            raise SystemExit("\n".join(error for life in lives for error in life.errors["plan"]))
        errors |= new
        left = [type_ for type_ in left if type_ not in new]


def one(lives: Sequence[Life], type_: str, configuration: str) -> Life:
    """Return what belongs to one configuration of a type; empty if it was not applied."""
    step, name = CONFIGURATIONS[configuration]
    address = f"{type_}.{name}"
    if step >= len(lives) or not (FOLDER / type_ / f"{configuration}.tf").is_file():
        return Life()
    life = lives[step]
    return Life(
        plan={key: value for key, value in life.plan.items() if key == address},
        state={key: value for key, value in life.state.items() if key == address},
        second_plan={key: value for key, value in life.second_plan.items() if key == address},
        errors={
            step: [error for error in errors if f"with {address}," in error]
            for step, errors in life.errors.items()
            if f"with {address}," in "".join(errors)
        },
    )


def recorded(type_: str) -> dict[str, Life]:
    """Return the recorded lives of a type by configuration."""
    file = FOLDER / type_ / "recorded.json"
    if not file.is_file():
        return {}
    lives = json.loads(file.read_text("utf-8"))["configurations"]
    result = {}
    for configuration, held in lives.items():
        address = f"{type_}.{CONFIGURATIONS[configuration][1]}"
        result[configuration] = Life(
            plan={address: Planned(**held["plan"])},
            state={address: held["state"]},
        )
    if "full" in result and "update" in result:
        full, update = result["full"].plan, result["update"]
        update.created = {address: plan.values for address, plan in full.items()}
    return result


def compared(lives: Sequence[Life], type_: str) -> dict[str, Comparison]:
    """Compare the recorded configurations of a type with those of the embedded provider."""
    return {
        configuration: compare(genuine, one(lives, type_, configuration))
        for configuration, genuine in recorded(type_).items()
    }


def counts(lives: Sequence[Life]) -> Counts:
    """Return equal and recorded plans and states by type."""
    result: Counts = {}
    for type_ in types():
        found = compared(lives, type_).values()
        result[type_] = {
            "plans": [sum(sum(item.plans.values()) for item in found), len(found)],
            "states": [sum(sum(item.states.values()) for item in found), len(found)],
        }
    return result


def differences(lives: Sequence[Life], wanted: Iterable[str]) -> list[tuple[str, Difference]]:
    """Return what differs, each with its configuration."""
    return [
        (configuration, difference)
        for type_ in wanted
        for configuration, comparison in compared(lives, type_).items()
        for difference in comparison.differences
    ]


def _record(mirror: Path | None, wanted: Sequence[str]) -> int:
    log: list[sent_requests.Sent] = []
    needed = with_needed(wanted)
    lives, errors = run_all(lambda: GenuineSpy(log, mirror=mirror), needed, destroy=True)
    today = datetime.now(UTC).date().isoformat()
    for type_ in wanted:
        kept = {}
        for configuration in CONFIGURATIONS:
            life = one(lives, type_, configuration)
            if life.plan and life.state and not life.second_plan and not life.errors:
                ((address, planned),) = life.plan.items()
                kept[configuration] = {
                    "plan": asdict(planned),
                    "state": life.state[address],
                }
        if kept:
            content = {"provider": provider(type_), "date": today}
            text = json.dumps(content | {"configurations": kept}, indent=1, sort_keys=True)
            text = re.sub(r"http://127\.0\.0\.1:\d+", "https://offline.googleapis.com", text)
            (FOLDER / type_ / "recorded.json").write_text(f"{text}\n", encoding="utf-8")
        if type_ in translated():
            sent_requests.record(log, type_)
        missing = [
            name
            for name in CONFIGURATIONS
            if name not in kept and (FOLDER / type_ / f"{name}.tf").is_file()
        ]
        if missing:
            print(f"{type_}: not recorded: {', '.join(missing)}")
    for error in (*errors.values(), *_failures(lives)):
        print(error, end="\n\n")
    for life in lives:
        print(*(f"second plan: {item}" for item in life.second_plan.items()), sep="\n")
    return 0


def _failures(lives: Sequence[Life]) -> list[str]:
    return [error for life in lives for errors in life.errors.values() for error in errors]


def _agree(wanted: Sequence[str], *, is_raised: bool) -> int:
    lives, errors = run_all(Offline, types(), destroy=False)
    found = counts(lives)
    for configuration, item in differences(lives, wanted):
        values = (json.dumps(one)[:90] for one in (item.genuine, item.embedded))
        print(f"{configuration} {item.step}: {item.address} {item.attribute}:", *values, sep=" | ")
    for error in (*errors.values(), *_failures(lives)):
        print(error, end="\n\n")
    print(page(found))
    if is_raised:
        TABLE.write_text(page(found), encoding="utf-8")
        lines = [f' "{type_}": {json.dumps(counted)}' for type_, counted in found.items()]
        AGREEMENT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["record", "agree"])
    parser.add_argument("types", nargs="*", help="default: all")
    parser.add_argument("--provider", type=Path, help="folder with the genuine provider")
    parser.add_argument("--raise", dest="is_raised", action="store_true")
    args = parser.parse_intermixed_args(argv)
    if args.command == "record":
        return _record(args.provider and args.provider.resolve(), args.types or types())
    return _agree(args.types or types(), is_raised=args.is_raised)


if __name__ == "__main__":
    sys.exit(main())
