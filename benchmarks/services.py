"""Environments with any number of services, for the time that one more of them takes."""

from pathlib import Path

import yaml

from benchmarks.measure import ROOT

MODEL = ROOT / "environments" / "dev.yaml"


def write_environment(folder: Path, count: int) -> None:
    """Write the dev environment with `count` services into a new folder.

    The services of the file come first. The others are copies of its last one, each with a path
    of its own and without the database, whose connections the services have to share. There is no
    dashboard, which could not show them all.
    """
    document = yaml.safe_load(MODEL.read_text(encoding="utf-8"))
    services = dict(list(document["services"].items())[:count])
    last = document["services"][list(services)[-1]]
    model = {key: value for key, value in last.items() if key != "database"}
    for number in range(1, count - len(services) + 1):
        name = f"svc-{number:03}"
        services[name] = model | {"route": {"paths": [f"/{name}"]}}
    document["services"] = services
    document["monitoring"]["dashboard"] = False
    folder.mkdir()
    text = yaml.safe_dump(document, sort_keys=False)
    (folder / MODEL.name).write_text(text, encoding="utf-8")
