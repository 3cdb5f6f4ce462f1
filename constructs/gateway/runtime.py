"""The runtime of Apigee: its instance, and the addresses that its requests come from."""

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.apigee_instance import ApigeeInstance
from cdktf_cdktf_provider_google.apigee_instance_attachment import ApigeeInstanceAttachment
from cdktf_cdktf_provider_google.apigee_nat_address import ApigeeNatAddress
from constructs import Construct
from constructs.base import GridConstruct
from constructs.gateway.encryption import Encryption

from environments.schema import GatewayConfig


class Runtime(GridConstruct):
    """One instance, in one region; Apigee needs up to an hour to make it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: GatewayConfig,
        *,
        organization: str,
        apigee_environment: str,
        encryption: Encryption | None,
    ) -> None:
        """Run an Apigee environment of an organization, given by its name and the id."""
        super().__init__(scope, id_)
        instance = ApigeeInstance(
            self,
            "main",
            name=self.names.apigee("runtime"),
            org_id=organization,
            location=self.primary_region,
            disk_encryption_key_name=encryption.disk_key if encryption else None,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if self.protect else None,
        )
        self._service_attachment = instance.service_attachment
        self._attachment = ApigeeInstanceAttachment(
            instance, "main", instance_id=instance.id, environment=apigee_environment
        )
        self._egress = [
            ApigeeNatAddress(
                instance,
                f"egress_{number}",
                name=self.names.egress(number),
                instance_id=instance.id,
                activate=True,
            ).ip_address
            for number in range(1, config.egress_addresses + 1)
            if config.paid
        ]

    @property
    def attachment(self) -> ITerraformDependable:
        """The environment in the instance, without which nothing can be deployed."""
        return self._attachment

    @property
    def service_attachment(self) -> str:
        """What the load balancer's endpoint group leads to."""
        return self._service_attachment

    @property
    def egress(self) -> list[str]:
        """The addresses that the services are called from."""
        return self._egress
