"""Databases as Terraform leaves them: empty, with a user for migrations and one for services."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from grid_migrations.settings import Settings
from tests.services.servers import PostgresServer

ROOT = Path(__file__).parents[3]
PASSWORD = "Not-a-secret_1"  # noqa: S105 - of a server that lives as long as the test

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """An empty database with two users, all of its own."""

    server: PostgresServer
    name: str
    owner: str
    app: str

    @property
    def environment(self) -> dict[str, str]:
        """What the migration job is given."""
        host = f"127.0.0.1:{self.server.port}"
        return {
            "DATABASE_URL": f"postgresql://{self.owner}:{PASSWORD}@{host}/{self.name}",
            "DATABASE_APP_USER": self.app,
        }

    @property
    def settings(self) -> Settings:
        return Settings.of(self.environment)

    def connect(self, user: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection of this user, in autocommit."""
        secret = self.server.password if user == "postgres" else PASSWORD
        return psycopg.connect(
            host="127.0.0.1",
            port=self.server.port,
            user=user,
            password=secret,
            dbname=self.name,
            options="-c search_path=grid",
            autocommit=True,
        )

    def query(self, sql: str, user: str = "postgres") -> list[Any]:
        """Return the first column of the result."""
        with self.connect(user) as connection:
            return [row[0] for row in connection.execute(sql.encode()).fetchall()]

    def execute(self, statement: str, user: str = "postgres") -> None:
        with self.connect(user) as connection:
            connection.execute(statement.encode())

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the command line as the job does."""
        path = str(ROOT / "services" / "migrations")
        return subprocess.Popen(
            [sys.executable, "-m", "grid_migrations", *arguments],
            env={**os.environ, **self.environment, "PYTHONPATH": path, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def create(server: PostgresServer, *, cloud_sql: bool = False) -> Database:
    """Create a database. As in Cloud SQL, both users are members of the role that owns it, with
    CREATEROLE; the migration user may take that away, as it may anyway up to PostgreSQL 15.
    """
    number = next(_numbers)
    database = Database(server, f"grid{number}", f"migrations{number}", f"app{number}")
    with psycopg.connect(server.url, autocommit=True) as connection:
        statements = [
            f"CREATE ROLE {user} LOGIN PASSWORD '{PASSWORD}'"
            for user in (database.owner, database.app)
        ]
        if cloud_sql:
            statements += [
                "DO 'BEGIN CREATE ROLE cloudsqlsuperuser CREATEROLE CREATEDB;"
                " EXCEPTION WHEN duplicate_object THEN END'",
                f"ALTER ROLE {database.owner} CREATEROLE CREATEDB",
                f"ALTER ROLE {database.app} CREATEROLE CREATEDB",
                f"GRANT cloudsqlsuperuser TO {database.owner} WITH ADMIN OPTION",
                # From PostgreSQL 16 on only who granted a membership takes it away.
                f"GRANT cloudsqlsuperuser TO {database.app} GRANTED BY {database.owner}",
                f"GRANT {database.app} TO {database.owner} WITH ADMIN OPTION",
                f"CREATE DATABASE {database.name} OWNER cloudsqlsuperuser",
            ]
        else:
            statements.append(f"CREATE DATABASE {database.name} OWNER {database.owner}")
        for statement in statements:
            connection.execute(statement.encode())
    return database


def copy(original: Database) -> Database:
    """Return a copy of a database, with the same users. Nobody may be connected to the original."""
    copied = replace(original, name=f"copy{next(_numbers)}")
    statement = f"CREATE DATABASE {copied.name} TEMPLATE {original.name} OWNER {original.owner}"
    with psycopg.connect(original.server.url, autocommit=True) as connection:
        connection.execute(statement.encode())
    return copied


def revision(
    folder: Path, number: str, after: str | tuple[str, ...] | None, phase: str, body: str
) -> None:
    """Write a revision; `body` is the body of its `upgrade`."""
    (folder / f"r{number}.py").write_text(
        f'"""Revision {number}."""\n'
        "from alembic import op\n"
        "from grid_migrations.indexes import create_concurrently\n"
        f"revision, down_revision, phase = {number!r}, {after!r}, {phase!r}\n"
        f"def upgrade():\n    {body}\n",
        encoding="utf-8",
    )
