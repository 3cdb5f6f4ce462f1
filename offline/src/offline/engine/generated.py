"""Names that the provider generates where a configuration gives none, or only a prefix.

Source: google/services of v6.50.0, the types that call `id.UniqueId` (terraform-plugin-sdk
helper/id) or `tpgresource.ReducedPrefixedUniqueId`. Here the time in a name is that of everything,
and its counter that of the type in the cloud.
"""

from __future__ import annotations

from offline.protocol.values import UNKNOWN
from offline.provider_facts.ids import NOW

_PREFIXES = {
    "google_compute_instance_template": "",
    "google_compute_region_instance_template": "",
    "google_compute_region_ssl_certificate": "",
    "google_compute_ssl_certificate": "",
    "google_container_node_pool": "",
    "google_spanner_backup_schedule": "tfgen-spanid-",
    "google_spanner_instance": "tfgen-spanid-",
    "google_sql_database_instance": "",
    "google_workflows_workflow": "",
}
_LONG_PREFIX, _SPANNER_LENGTH = 37, 30
_DEFAULT = "terraform-"
_TIME = "".join(filter(str.isdigit, NOW)) + "0000"


def generate(type_: str, value: object, prefix: object, count: int) -> str | None:
    """Return the name of a new resource; None if its type or its configuration needs none.

    `value` is the planned name, `count` the number of resources of the type created before.
    """
    if type_ not in _PREFIXES or (value and value is not UNKNOWN):
        return None
    if own := _PREFIXES[type_]:
        return f"{own}{count:0{_SPANNER_LENGTH - len(own)}d}"
    given = prefix if isinstance(prefix, str) and prefix else _DEFAULT
    if len(given) > _LONG_PREFIX and type_ != "google_container_node_pool":
        return f"{given}{_TIME[2:8]}{count % 0x1000:03x}"
    return f"{given}{_TIME}{count:08x}"
