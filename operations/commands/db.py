"""`grid db`: the database, for people."""

from __future__ import annotations

from typing import Annotated

import typer

from operations.core.api_client import GoogleError, UnreachableError
from operations.core.database_shell import Login, open_shell
from operations.core.errors import UsageError
from operations.core.options import Environment, Outputs, application
from operations.core.session import ReadContext, read_context

app = application()
_SUFFIX = ".gserviceaccount.com"
"""What the name of a database user lacks of the address of a service account (Cloud SQL, "Manage
users with IAM database authentication")."""


@app.callback()
def db() -> None:
    """Connect to the database."""


@app.command()
def connect(
    context: typer.Context,
    environment: Environment,
    user: Annotated[
        str,
        typer.Option(
            help="Your e-mail address. Default: that of the credentials.", show_default=False
        ),
    ] = "",
    database: Annotated[
        str, typer.Option(help="Database. Default: that of the services.", show_default=False)
    ] = "",
    replica: Annotated[
        str, typer.Option(help="Connect to this read replica.", show_default=False)
    ] = "",
    command: Annotated[
        str, typer.Option(help="Run these SQL statements, and exit.", show_default=False)
    ] = "",
    outputs: Outputs = None,
) -> None:
    """Start the Cloud SQL Auth Proxy and psql, and log in without a password."""
    with read_context(context, environment, outputs=outputs, as_json=False) as session:
        output = session.platform.database
        if replica and replica not in output.replicas:
            raise UsageError(
                f"{environment} has no replica {replica}",
                advice=f"name one of: {', '.join(output.replicas)}"
                if output.replicas
                else "connect to the primary: leave --replica out",
            )
        target = output.replicas[replica] if replica else output
        login = Login(
            connection_name=target.connection_name,
            user=_database_user(session, user, is_replica=bool(replica)),
            database=database or output.name,
        )
        open_shell(login, ["--command", command] if command else [])


def _database_user(session: ReadContext, address: str, *, is_replica: bool) -> str:
    """Return the database user of the caller, who has to be one.

    The primary's users are those of a replica. Where the primary does not list them, because its
    region is out or a failover has stopped it, the replica itself decides.

    Raises:
        UsageError: the credentials have no address, or the database has no such user.
    """
    credentials = session.google.credentials
    known = (getattr(credentials, name, "") for name in ("service_account_email", "account"))
    address = address or next((one for one in known if one), "")
    if "@" not in address:
        raise UsageError(
            "The credentials do not name their account", advice="give your address: --user ADDRESS"
        )
    name, instance = address.removesuffix(_SUFFIX), session.platform.database.instance
    request = session.google.sql.users().list(
        project=session.platform.project_id, instance=instance
    )
    try:
        users = session.client.send(request).get("items", [])
    except (GoogleError, UnreachableError):
        if is_replica:
            return name
        raise
    by_iam = {one["name"] for one in users if one.get("type", "").startswith("CLOUD_IAM")}
    # A member of a group logs in without being listed.
    is_grouped = any(one.get("type", "").startswith("CLOUD_IAM_GROUP") for one in users)
    if name not in by_iam and not is_grouped:
        kind = "cloud_iam_service_account" if address.endswith(_SUFFIX) else "cloud_iam_user"
        raise UsageError(
            f"{instance} has no user {name} that IAM authenticates",
            advice=f"gcloud sql users create {name} --instance={instance} --type={kind} "
            f"--project={session.platform.project_id}, and grant it a role in the database",
        )
    return name
