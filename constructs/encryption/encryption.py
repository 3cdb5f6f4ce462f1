"""Customer-managed encryption keys (CMEK) of Cloud KMS."""

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.kms_crypto_key import KmsCryptoKey
from cdktf_cdktf_provider_google.kms_crypto_key_iam_member import KmsCryptoKeyIamMember
from cdktf_cdktf_provider_google.kms_key_ring import KmsKeyRing
from constructs import Construct
from constructs.apis import Apis
from constructs.dependencies import Dependencies

from environments.naming import identifier
from environments.schema import EncryptionConfig
from facts import iam, locations

ROTATION = f"{90 * 86400}s"
"""Ninety days."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key for one kind of resource in one location."""

    name: str | None = None
    """Its full name; None where Google's own keys encrypt."""
    ready: Dependencies = ()
    """What to wait for before a resource names the key."""

    def fixed(self, attribute: str) -> Mapping[str, Mapping[str, str]]:
        """Return what `constructs.lifecycle.fixed` takes for a resource that cannot change its key,
        which is the value of an attribute: nothing without a key.
        """
        return {"encryption": {attribute: self.name}} if self.name else {}


class Encryption(Construct):
    """The keys of a stack, by location: those that the environment file names, and one that is
    created in each other location.

    A service agent uses a key for its service, and must exist (docs/security.md, "Encrypt with own
    keys"). The owner of the keys in the file grants their use; here it is granted on those created.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: EncryptionConfig | None,
        *,
        project_id: str,
        key_name: str,
        apis: Apis,
        prevent_destroy: bool,
    ) -> None:
        """Without `config`, Google's own keys encrypt. Created keys and their rings are in the
        project, and have the name.
        """
        super().__init__(scope, id_)
        self._config, self._project_id, self._key_name = config, project_id, key_name
        self._apis, self._prevent_destroy = apis, prevent_destroy
        self._number: str | None = None
        self._keys: dict[str, KmsCryptoKey] = {}
        self._grants: dict[tuple[str, str], KmsCryptoKeyIamMember] = {}

    def key(self, api: str, location: str) -> Key:
        """Return the key with which the service of an API encrypts in a location: a region, a
        location of buckets, or `global`.
        """
        if self._config is None:
            return Key()
        location = locations.kms_location(location)
        if location in self._config.kms_keys:
            return Key(self._config.kms_keys[location])
        grant = self._grants.get((location, api)) or self._grant(location, api)
        self._grants[location, api] = grant
        return Key(self._keys[location].id, [grant])

    def _grant(self, location: str, api: str) -> KmsCryptoKeyIamMember:
        key = self._keys.get(location) or self._create(location)
        if self._number is None:
            project = DataGoogleProject(self, "encrypting", project_id=self._project_id)
            self._number = project.number
        agent = iam.encryption_agents()[api]
        return KmsCryptoKeyIamMember(
            key,
            identifier("encryption", location, api),
            crypto_key_id=key.id,
            role=agent.role,
            member=f"serviceAccount:{agent.account.replace('{number}', self._number)}",
        )

    def _create(self, location: str) -> KmsCryptoKey:
        name = identifier("encryption", location)
        ring = KmsKeyRing(
            self,
            name,
            name=self._key_name,
            location=location,
            depends_on=[self._apis.enable("cloudkms")],
        )
        key = self._keys[location] = KmsCryptoKey(
            ring,
            name,
            name=self._key_name,
            key_ring=ring.id,
            rotation_period=ROTATION,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True)
            if self._prevent_destroy
            else None,
        )
        return key
