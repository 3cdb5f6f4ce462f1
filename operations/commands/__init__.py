"""The commands of `grid`, one module each; each module has a Typer `app`.

The table has their order and their line in `grid --help`, so that listing them imports none.
"""

COMMANDS = {
    "deploy": "Release an image: a revision without traffic, a smoke test, traffic in steps.",
    "rollback": "Return all traffic to the revisions from before the last release, or another one.",
    "status": "Show the serving revisions, traffic, tags, images and addresses.",
    "logs": "Show log entries of the services, also as they arrive.",
    "db": "Connect to the database with psql, logged in with IAM.",
    "releases": "List releases and rollbacks, by whatever machine.",
    "migrate": "Run the migration job and wait for it.",
    "backup": "Back the database up, on demand or as an export.",
    "verify-backup": "Check that the newest backup and export can be relied on.",
    "restore": "Restore a backup, a point in time or an export, into a new instance.",
    "failover": "Promote a replica while the primary region is out; services use it.",
    "verify-restore": "Compare a restored instance with what it was restored from.",
    "drill": "Restore into a scratch instance, compare, report RTO and RPO, remove it.",
    "gateway": "Deploy the Apigee proxy.",
    "plan": "Plan with Terraform; flag what would destroy data.",
    "apply": "Apply with Terraform; block unnamed losses of data.",
    "drift": "Show what has changed outside of Terraform.",
    "unlock": "Remove the state lock and the lease of a command that is dead.",
    "doctor": "Check credentials, APIs, quotas, DNS, certificate and policies.",
    "cost": "Estimate what an environment costs a month, at list prices.",
    "quota": "Show what an environment needs at most, per region and project.",
    "permissions": "Show which permissions Terraform needs, and write a role with them.",
    "journal": "Show what grid did in an environment.",
}
"""Line of help by name."""


def module(command: str) -> str:
    """Return the name of a command's module."""
    return f"{__name__}.{command.replace('-', '_')}"
