"""Cloud SQL for PostgreSQL: the primary, its replicas, the database and its users."""

from collections.abc import Mapping

from cdktf import Fn, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.sql_database import SqlDatabase
from cdktf_cdktf_provider_google.sql_database_instance import SqlDatabaseInstance
from cdktf_cdktf_provider_random.id import Id
from constructs import Construct
from constructs.base import GridConstruct
from constructs.database import settings
from constructs.database.user import DatabaseUser, UserConfig
from constructs.dependencies import pem
from constructs.encryption import Key
from constructs.lifecycle import fixed
from constructs.networking import Network
from constructs.security import Secret

from contract.outputs import Replica
from environments.naming import identifier
from environments.schema import DatabaseConfig

_GROWS = ["settings[0].disk_size"]
"""The disk grows by itself, and a plan that shrinks it back would replace the instance."""


class Database(GridConstruct):
    """One PostgreSQL instance with a private address, in the primary region.

    Services connect with TLS to the private address, which is what Google documents for instances
    without a public one, and asks no API when hundreds of service instances start at once.
    """

    APIS = ("sqladmin",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: DatabaseConfig,
        *,
        network: Network,
    ) -> None:
        """Create the instance in the region of the database, with a private address in
        `network`.
        """
        super().__init__(scope, id_)
        depends_on = [*self.apis("sqladmin"), network.private_services]
        suffix = Id(self, "db_suffix", byte_length=2)
        promoted = config.promoted
        region = promoted.region if promoted else self.primary_region
        key = self.key("sqladmin", region)
        instance = SqlDatabaseInstance(
            self,
            "main",
            name=Fn.join(
                "-", [self.names.database(*([promoted.replica] if promoted else [])), suffix.hex]
            ),
            region=region,
            database_version=config.version,
            settings=settings.primary(config, network=network.id, protect=self.protect),
            deletion_protection=self.protect,
            encryption_key_name=key.name,
            lifecycle=self._lifecycle(
                "database.promoted.region" if promoted else "primary_region", region, key
            ),
            depends_on=[*depends_on, *key.ready],
        )
        self._name = instance.name
        self._connection_name = instance.connection_name
        self._account = instance.service_account_email_address
        self._ca_certificates = pem(instance, "server_ca_cert")

        self._replicas: dict[str, Replica] = {}
        for name, replica in config.replicas.items():
            key = self.key("sqladmin", replica.region)
            copy = SqlDatabaseInstance(
                self,
                f"read_{identifier(name)}",
                name=Fn.join("-", [self.names.database(name), suffix.hex]),
                region=replica.region,
                master_instance_name=self._name,
                database_version=config.version,
                settings=settings.replica(config, network=network.id, protect=self.protect),
                deletion_protection=self.protect,
                encryption_key_name=key.name,
                lifecycle=self._lifecycle(f"database.replicas.{name}.region", replica.region, key),
                depends_on=[*depends_on, *key.ready],
            )
            self._replicas[name] = Replica(
                instance=copy.name, connection_name=copy.connection_name, region=replica.region
            )

        database = SqlDatabase(
            instance,
            "main",
            name=config.name,
            instance=self._name,
            deletion_policy="ABANDON",
            lifecycle=fixed(self.environment, "database.name", {"name": config.name}),
        )
        self._app, self._migrations = (
            DatabaseUser(
                self,
                id_,
                UserConfig(
                    name=name,
                    password_secret=f"db-{purpose}password",
                    url_secret=f"db-{purpose}connection",
                    password_version=config.password_version,
                    instance=self._name,
                    host=instance.private_ip_address,
                    database=database.name,
                ),
            )
            for id_, name, purpose in (
                ("app_user", config.user, ""),
                ("migration_user", config.migration_user, "migration-"),
            )
        )

    def _lifecycle(self, path: str, region: str, key: Key) -> TerraformResourceLifecycle:
        """Return the lifecycle of an instance, whose region is the value at a path of the file."""
        return fixed(
            self.environment,
            path,
            {"region": region},
            also=key.fixed("encryption_key_name"),
            ignore_changes=_GROWS,
            prevent_destroy=self.protect,
        )

    @property
    def instance_name(self) -> str:
        """Name of the primary, with its random suffix."""
        return self._name

    @property
    def connection_name(self) -> str:
        """`<project>:<region>:<instance>`, for the Cloud SQL Auth Proxy and connectors."""
        return self._connection_name

    @property
    def ca_certificates(self) -> str:
        """The primary's certificate authorities in PEM, for DATABASE_CA_CERTS. Not a secret."""
        return self._ca_certificates

    @property
    def replicas(self) -> Mapping[str, Replica]:
        """Read replicas by name."""
        return self._replicas

    @property
    def instances(self) -> list[str]:
        """Names of the primary, which is the first, and of every read replica."""
        return [self._name, *(replica.instance for replica in self._replicas.values())]

    @property
    def service_account_email(self) -> str:
        """The account that the instance exports and imports as."""
        return self._account

    @property
    def app_user(self) -> str:
        """The user that the services log in as, for DATABASE_APP_USER: migrations grant to it."""
        return self._app.name

    @property
    def url(self) -> Secret:
        """DATABASE_URL of the services."""
        return self._app.url

    @property
    def migration_url(self) -> Secret:
        """DATABASE_URL of the migration job, as the user that owns the schema."""
        return self._migrations.url
