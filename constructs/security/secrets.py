"""Secret Manager secrets whose values are never in a plan or the state."""

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import (
    TerraformResource,
    TerraformResourceLifecycle,
    TerraformStack,
    TerraformVariable,
)
from cdktf_cdktf_provider_google.secret_manager_secret import (
    SecretManagerSecret,
    SecretManagerSecretReplication,
    SecretManagerSecretReplicationAuto,
    SecretManagerSecretReplicationAutoCustomerManagedEncryption as CustomerManagedEncryption,
)
from cdktf_cdktf_provider_google.secret_manager_secret_iam_member import (
    SecretManagerSecretIamMember,
)
from cdktf_cdktf_provider_google.secret_manager_secret_version import SecretManagerSecretVersion
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies, address
from constructs.lifecycle import replaced_with
from constructs.security.rotation import Rotation, RotationTopic

from environments.naming import identifier
from environments.schema import SecretConfig


def ephemeral_password(scope: Construct, name: str, length: int) -> str:
    """Return an expression for a random password that exists only while Terraform runs.

    It goes into write-only arguments alone; Terraform refuses it anywhere that would store it.
    Every run makes a new value, and a write-only argument takes it only when its version is
    raised. The characters are safe in a URL and satisfy Cloud SQL's COMPLEXITY_DEFAULT.

    CDKTF 0.21 has no ephemeral resources, hence the override.
    Source: Terraform 1.11, "Use temporary write-only arguments"; random provider 3.7.2,
    ephemeral `random_password`.
    """
    settings = {
        "length": length,
        "special": True,
        "override_special": "-_~.",
        "min_lower": 2,
        "min_upper": 2,
        "min_numeric": 2,
        "min_special": 2,
    }
    TerraformStack.of(scope).add_override(f"ephemeral.random_password.{name}", settings)
    return f"${{ephemeral.random_password.{name}.result}}"


_KIND = 1_000_000
"""More than the versions of one secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of the pinned version of a secret."""

    value: str | None
    """An expression for the value, or None where the version is added manually."""
    version: int = 1
    """Number that is raised to write a new value, or the number of the version added manually."""
    in_state: bool = False
    """The value is in the state anyway, so that a plain argument, which follows it, is better."""
    replaced_with: TerraformResource | None = None
    """A resource that holds the same password, so that both change in one run."""
    rotation: Rotation | None = None
    """When to notify that the value is due for rotation."""


class Secret(GridConstruct):
    """A secret and the one version that services read.

    A version is pinned: a rotation makes a new revision of each service that reads it, unless the
    service has `secret_files`, which are of the version `latest`. The version before it is left
    enabled: as long as a release keeps traffic on an older revision, new instances of that revision
    read it. Disable it once nothing serves with it.
    """

    APIS = ("secretmanager",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Content,
    ) -> None:
        """Make the secret named like `id_`, a name with hyphens."""
        super().__init__(scope, id_)
        name = self._name = identifier(id_)
        key = self.key("secretmanager", "global")
        secret = SecretManagerSecret(
            self,
            name,
            secret_id=self.names.secret(id_),
            replication=SecretManagerSecretReplication(
                auto=SecretManagerSecretReplicationAuto(
                    customer_managed_encryption=CustomerManagedEncryption(kms_key_name=key.name)
                    if key.name
                    else None
                )
            ),
            deletion_protection=self.protect,
            depends_on=[
                *self.apis("secretmanager"),
                *key.ready,
                *(config.rotation.topic.ready if config.rotation else ()),
            ],
        )
        if config.rotation:
            config.rotation.topic.notify(secret, config.rotation.days)
        self._secret = secret
        self._version = str(config.version)
        self._versions: list[SecretManagerSecretVersion] = []
        if config.value is None:
            return
        partner = config.replaced_with
        version = SecretManagerSecretVersion(
            secret,
            name,
            secret=secret.id,
            secret_data=config.value if config.in_state else None,
            secret_data_wo=None if config.in_state else config.value,
            secret_data_wo_version=None if config.in_state else config.version,
            deletion_policy="ABANDON",
            lifecycle=TerraformResourceLifecycle(
                create_before_destroy=True,
                replace_triggered_by=[address(partner)] if partner else None,
            ),
        )
        self._version = version.version
        self._versions.append(version)

    @property
    def name(self) -> str:
        """The secret's name in Terraform addresses."""
        return self._name

    @property
    def secret_id(self) -> str:
        """The secret's id in its project."""
        return self._secret.secret_id

    @property
    def version(self) -> str:
        """The version to read. Reading it waits for the version to exist."""
        return self._version

    @property
    def versions(self) -> Dependencies:
        """What has to exist before `latest` can be read; nothing for a version added manually."""
        return self._versions

    def grant_access(self, scope: Construct, id_: str, member: str) -> SecretManagerSecretIamMember:
        """Allow a member to read the values."""
        return SecretManagerSecretIamMember(
            scope,
            id_,
            secret_id=self._secret.secret_id,
            role="roles/secretmanager.secretAccessor",
            member=member,
            lifecycle=replaced_with(self._secret),
        )


class Secrets(GridConstruct):
    """The secrets that an environment lists, by name."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Mapping[str, SecretConfig],
    ) -> None:
        super().__init__(scope, id_)
        is_rotated = any(secret.rotation_days for secret in config.values())
        topic = RotationTopic(self, "rotation") if is_rotated else None
        self._secrets = {
            name: Secret(
                self,
                name,
                Content(
                    value=self._value(name, secret),
                    version=_version(secret),
                    rotation=Rotation(topic, secret.rotation_days)
                    if topic and secret.rotation_days
                    else None,
                ),
            )
            for name, secret in config.items()
        }

    def __getitem__(self, name: str) -> Secret:
        """Return the secret of this name.

        Raises:
            KeyError: the environment has none.
        """
        return self._secrets[name]

    def _value(self, name: str, config: SecretConfig) -> str | None:
        if config.source == "external":
            return None
        variable_name = identifier(name)
        if config.source == "generated":
            return ephemeral_password(self, f"secret_{variable_name}", config.length)
        variable = TerraformVariable(
            # A scope of its own, because a secret of one word has the id of its variable.
            GridConstruct(self, f"{variable_name}_value"),
            variable_name,
            type="string",
            description=f"Value of the secret {name}; give it as TF_VAR_{variable_name}.",
            nullable=False,
            sensitive=True,
        )
        # cdktf 0.21 does not know ephemeral variables.
        variable.add_override("ephemeral", value=True)
        return variable.string_value


def _version(config: SecretConfig) -> int:
    """Return a number that changes with the version, the source, and the length: Secret Manager
    gets a new value only with a new number.

    It is the version alone where the value has the default length, so that an update of this
    program writes no new value.
    """
    if config.source == "external" or (
        config.source == "generated" and config.length == SecretConfig(source="generated").length
    ):
        return config.version
    return config.version + _KIND * (config.length if config.source == "generated" else 1000)
