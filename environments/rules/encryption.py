"""Rules of the keys that encrypt."""

import re
from collections.abc import Iterator

from environments.problems import Path, Problem
from environments.schema import Environment
from facts import locations


def check_key_locations(environment: Environment) -> Iterator[Problem]:
    """Check that each key is in a location where the platform stores something, and named by it."""
    encryption = environment.encryption
    if not encryption:
        return
    replicas = environment.database.replicas.values()
    used: dict[str, Path] = {
        locations.kms_location(place): path
        for place, path in (
            ("global", ("encryption",)),
            (environment.primary_region, ("primary_region",)),
            *((region, ("regions",)) for region in environment.regions),
            *((replica.region, ("database", "replicas")) for replica in replicas),
            (environment.storage.backups.location, ("storage", "backups", "location")),
        )
    }
    for location, key in encryption.kms_keys.items():
        path: Path = ("encryption", "kms_keys", location)
        if location not in used:
            yield Problem(
                path,
                location,
                f"a location where the platform stores something: {', '.join(sorted(used))}",
                depends_on=tuple(used.values()),
            )
            continue
        [actual] = re.findall(r"/locations/([a-z0-9-]+)/", key)
        if actual != location:
            yield Problem(path, key, f"a key in the location {location}")


RULES = (check_key_locations,)
