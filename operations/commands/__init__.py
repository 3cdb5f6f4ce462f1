"""The commands of `grid`, one module each; each module has a Typer `app`.

The table has their order, summary, examples and exit codes, so that listing them imports none. The
docstring of a command's function is its description.
"""

from keyword import iskeyword
from typing import NamedTuple

from operations.core.errors import (
    BLOCKED,
    FINDINGS,
    INCOMPLETE,
    SUCCEEDED,
    UNCHANGED,
    USAGE_ERROR,
)

_READS = (SUCCEEDED, UNCHANGED, USAGE_ERROR)
_WRITES = (*_READS, INCOMPLETE, BLOCKED)


class Documentation(NamedTuple):
    """What the help and the reference page say of a command, in addition to its description."""

    summary: str
    examples: tuple[str, ...]
    """Command lines for prod, which `tests/operations/test_command_help.py` runs."""
    exit_codes: tuple[int, ...] = _READS


GROUPS = {
    "Plan and apply": {
        "plan": Documentation(
            "Show what an apply would change, and what it would destroy.",
            (
                "grid plan prod",
                "grid plan prod --out prod.tfplan",
                "grid plan prod --detailed-exitcode --json",
            ),
            (*_READS, BLOCKED, FINDINGS),
        ),
        "apply": Documentation(
            "Apply changes with Terraform, and block data loss.",
            (
                "grid apply prod",
                "grid apply prod --plan prod.tfplan --yes",
                "grid apply prod --allow-destroy google_sql_database_instance.main",
            ),
            _WRITES,
        ),
        "import": Documentation(
            "Adopt an existing object into the Terraform state.",
            ("grid import prod google_storage_bucket.static_assets acme-grid-static-assets",),
            _WRITES,
        ),
        "drift": Documentation(
            "Show what has changed outside of Terraform.",
            ("grid drift prod", "grid drift prod --no-synth --json"),
            (*_READS, BLOCKED, FINDINGS),
        ),
    },
    "Release": {
        "deploy": Documentation(
            "Release images: migration, smoke test, traffic in steps.",
            (
                "grid deploy prod --image api=$IMAGE --dry-run",
                "grid deploy prod --image api=$IMAGE --hold 10",
                "grid deploy prod --image api=$IMAGE --region us-east1 --yes",
            ),
            _WRITES,
        ),
        "releases": Documentation(
            "List releases and rollbacks, from all machines.",
            ("grid releases prod", "grid releases prod --limit 1 --json"),
        ),
        "gateway": Documentation(
            "Deploy a revision of the Apigee proxy.",
            ("grid gateway deploy prod", "grid gateway deploy prod --revision 3"),
            _WRITES,
        ),
    },
    "Inspect": {
        "status": Documentation(
            "Show serving revisions, traffic, and the last release.",
            ("grid status prod", "grid status prod --json"),
        ),
        "logs": Documentation(
            "Show log entries of the services, and follow new ones.",
            (
                "grid logs prod --severity ERROR --since 1h",
                "grid logs prod --service api --region us-east1 --contains timeout",
                "grid logs prod --follow",
            ),
        ),
        "journal": Documentation(
            "Show what grid did in an environment, from this machine.",
            ("grid journal prod", "grid journal prod --json"),
        ),
    },
    "Recover": {
        "rollback": Documentation(
            "Return all traffic to the revisions from before a release.",
            (
                "grid rollback prod --dry-run",
                "grid rollback prod --yes",
                "grid rollback prod --service api --to-image api=$IMAGE",
            ),
            _WRITES,
        ),
        "failover": Documentation(
            "Promote a replica while the primary region is down.",
            (
                "grid failover prod --dry-run",
                "grid failover prod --confirm grid-prod-db-1a2b-replica",
            ),
            _WRITES,
        ),
        "unlock": Documentation(
            "Remove the state lock and the lease of a dead command.",
            ('grid unlock prod --reason "the runner was deleted"',),
            _WRITES,
        ),
    },
    "Back up and restore": {
        "backup": Documentation(
            "Back up the database, on demand or as an export.",
            ("grid backup prod", "grid backup prod --export", "grid backup prod --dry-run"),
            _WRITES,
        ),
        "verify-backup": Documentation(
            "Check that the newest backup and export are usable.",
            ("grid verify-backup prod", "grid verify-backup prod --hours 30 --json"),
        ),
        "restore": Documentation(
            "Restore a backup, a point in time, or an export.",
            (
                "grid restore prod --backup latest --dry-run",
                "grid restore prod --at 2026-11-01T12:00:00Z",
                "grid restore prod --backup latest --in-place --confirm grid-prod-db-1a2b",
            ),
            _WRITES,
        ),
        "verify-restore": Documentation(
            "Compare a restored instance with an export.",
            (
                "grid verify-restore prod --instance grid-prod-db-1a2b",
                "grid verify-restore prod --instance grid-prod-db-1a2b --json",
            ),
            _WRITES,
        ),
        "drill": Documentation(
            "Rehearse a restore, and measure RTO and RPO.",
            ("grid drill prod", "grid drill prod --json"),
            _WRITES,
        ),
    },
    "Database": {
        "db": Documentation(
            "Connect to the database with psql, logged in with IAM.",
            (
                "grid db connect prod",
                "grid db connect prod --replica replica",
                'grid db connect prod --command "SELECT count(*) FROM users"',
            ),
        ),
        "migrate": Documentation(
            "Run the migration job and wait for it.",
            ("grid migrate prod", "grid migrate prod --image $IMAGE"),
            _WRITES,
        ),
    },
    "Prepare a project": {
        "doctor": Documentation(
            "Check credentials, APIs, quotas, DNS, and policies.",
            ("grid doctor prod", "grid doctor prod --json"),
            (*_READS, FINDINGS),
        ),
        "permissions": Documentation(
            "List the permissions that Terraform needs; write a role.",
            (
                "grid permissions prod",
                "grid permissions prod --for apply --role-file role.json",
            ),
        ),
        "quota": Documentation(
            "Show the quota that an environment needs.",
            ("grid quota prod", "grid quota prod --json"),
        ),
        "cost": Documentation(
            "Estimate the monthly cost at list prices.",
            ("grid cost prod", "grid cost prod --json"),
        ),
    },
}
"""Commands by task, as `grid --help` groups them."""
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}


def module(command: str) -> str:
    """Return the name of a command's module."""
    name = command.replace("-", "_")
    return f"{__name__}.{name}_" if iskeyword(name) else f"{__name__}.{name}"
