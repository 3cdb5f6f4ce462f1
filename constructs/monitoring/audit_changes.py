"""Changes that audit logs record and the CIS benchmark wants an alert on, as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from constructs.monitoring.alert import Severity

_OWNER = 'protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner"'
_ACTION = "protoPayload.serviceData.policyDelta.bindingDeltas.action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A kind of change, with the filter of its audit log entries."""

    control: str
    """Its recommendation in the benchmark."""
    id: str
    """Name of the metric and, with underscores, id of the alert."""
    title: str
    """What changed."""
    filter: str
    """Filter in the Logging query language."""
    severity: Severity = "WARNING"
    of_pipeline: bool = False
    """The pipeline makes such changes with each apply, and its own notify nobody."""


def _methods(resource: str, names: Sequence[str]) -> str:
    """Return a filter for methods of a type of resource; `:` finds every version of the API."""
    methods = " OR ".join(f'protoPayload.methodName:"{name}"' for name in names)
    return f'resource.type="{resource}" AND ({methods})'


def _compute(collection: str, *verbs: str) -> Iterator[str]:
    yield from (f"compute.{collection}.{verb}" for verb in verbs)


CHANGES = (
    Change(
        control="2.4",
        id="owner-changes",
        title="owners of the project changed",
        filter='protoPayload.serviceName="cloudresourcemanager.googleapis.com" AND '
        "(ProjectOwnership OR projectOwnerInvitee OR "
        f'({_ACTION}="REMOVE" AND {_OWNER}) OR ({_ACTION}="ADD" AND {_OWNER}))',
        severity="ERROR",
    ),
    Change(
        control="2.5",
        id="audit-config-changes",
        title="audit logs were configured",
        filter='protoPayload.methodName="SetIamPolicy" AND '
        "protoPayload.serviceData.policyDelta.auditConfigDeltas:*",
        severity="ERROR",
    ),
    Change(
        control="2.6",
        id="custom-role-changes",
        title="custom roles changed",
        filter=_methods(
            "iam_role",
            [
                f"google.iam.admin.v1.{verb}Role"
                for verb in ("Create", "Delete", "Undelete", "Update")
            ],
        ),
        severity="ERROR",
    ),
    Change(
        control="2.7",
        id="firewall-changes",
        title="firewall rules changed",
        filter=_methods("gce_firewall_rule", [*_compute("firewalls", "patch", "insert", "delete")]),
    ),
    Change(
        control="2.8",
        id="route-changes",
        title="routes of the VPC changed",
        filter=_methods("gce_route", [*_compute("routes", "delete", "insert")]),
        of_pipeline=True,
    ),
    Change(
        control="2.9",
        id="network-changes",
        title="VPC networks changed",
        filter=_methods(
            "gce_network",
            [*_compute("networks", "insert", "patch", "delete", "removePeering", "addPeering")],
        ),
        of_pipeline=True,
    ),
    Change(
        control="2.10",
        id="bucket-grant-changes",
        title="grants on buckets changed",
        filter='resource.type="gcs_bucket" AND protoPayload.methodName="storage.setIamPermissions"',
        of_pipeline=True,
    ),
    Change(
        control="2.11",
        id="database-changes",
        title="database instances were configured",
        filter='protoPayload.methodName="cloudsql.instances.update"',
        of_pipeline=True,
    ),
)
"""Source: CIS Google Cloud Platform Foundation Benchmark 3.0.0, 2.4 to 2.11, as quoted by
https://hub.powerpipe.io/mods/turbot/gcp_compliance/controls/control.cis_v200_2_8 and its neighbors.
`UndeleteRole` and `firewalls.delete` are in its later versions. The query language binds OR more
tightly than AND; the parentheses say the same for people."""
