"""The keys of a paid Apigee organization."""

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.kms_crypto_key import KmsCryptoKey
from cdktf_cdktf_provider_google.kms_crypto_key_iam_member import KmsCryptoKeyIamMember
from cdktf_cdktf_provider_google.kms_key_ring import KmsKeyRing
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.encryption.encryption import ROTATION

from environments.naming import identifier


class Encryption(GridConstruct):
    """Keys that Apigee encrypts with: one for the runtime's database, one for its disks.

    Apigee's service agent may use them. Google makes that account when it is asked to, which the
    provider can do in google-beta alone (docs/decisions/0014-apigee-in-front-of-the-api.md).
    """

    APIS = ("cloudkms",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
    ) -> None:
        super().__init__(scope, id_)
        project = DataGoogleProject(self, "encrypted", project_id=self.names.project_id)
        self._agent = f"service-{project.number}@gcp-sa-apigee.iam.gserviceaccount.com"
        self._lifecycle = TerraformResourceLifecycle(prevent_destroy=True) if self.protect else None
        self._ring = KmsKeyRing(
            self,
            "apigee",
            name=self.names.kms("apigee"),
            location=self.primary_region,
            depends_on=self.apis("cloudkms"),
        )
        self._grants: list[ITerraformDependable] = []
        self._database = self._key("runtime-database")
        self._disk = self._key("disk")

    @property
    def database_key(self) -> str:
        """Id of the key of the runtime's database."""
        return self._database

    @property
    def disk_key(self) -> str:
        """Id of the key of the runtime's disks; it is in the region of the disks."""
        return self._disk

    @property
    def ready(self) -> Dependencies:
        """What to wait for before Apigee uses the keys."""
        return self._grants

    def _key(self, purpose: str) -> str:
        name = identifier("apigee", purpose)
        key = KmsCryptoKey(
            self._ring,
            name,
            name=self.names.kms("apigee", purpose),
            key_ring=self._ring.id,
            rotation_period=ROTATION,
            lifecycle=self._lifecycle,
        )
        grant = KmsCryptoKeyIamMember(
            key,
            name,
            crypto_key_id=key.id,
            role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member=f"serviceAccount:{self._agent}",
        )
        self._grants.append(grant)
        return key.id
