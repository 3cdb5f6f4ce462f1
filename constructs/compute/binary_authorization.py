"""Binary Authorization: which images Cloud Run may run."""

from cdktf_cdktf_provider_google.binary_authorization_policy import (
    BinaryAuthorizationPolicy,
    BinaryAuthorizationPolicyAdmissionWhitelistPatterns as ExemptImage,
    BinaryAuthorizationPolicyDefaultAdmissionRule as AdmissionRule,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.schema import BinaryAuthorizationConfig


class BinaryAuthorization(GridConstruct):
    """The policy of the project, which Cloud Run services and jobs use. There is one in a project;
    Terraform takes it over, and leaves Google's default when it is destroyed.

    The images of the environment file need no attestation: Terraform starts services with them, and
    releases replace them.
    """

    APIS = ("binaryauthorization",)

    def __init__(self, scope: Construct, id_: str, config: BinaryAuthorizationConfig) -> None:
        super().__init__(scope, id_)
        environment = self.environment
        images = {service.image for service in environment.services.values()}
        images.add(environment.smoke_job.image)
        if environment.migration_job:
            images.add(environment.migration_job.image)
        BinaryAuthorizationPolicy(
            self,
            "policy",
            description=f"Images of {self.names.title}",
            global_policy_evaluation_mode="ENABLE",
            admission_whitelist_patterns=[
                ExemptImage(name_pattern=image)
                for image in sorted({*images, *config.exempt_images})
            ],
            default_admission_rule=AdmissionRule(
                evaluation_mode="REQUIRE_ATTESTATION",
                enforcement_mode="ENFORCED_BLOCK_AND_AUDIT_LOG"
                if config.enforced
                else "DRYRUN_AUDIT_LOG_ONLY",
                require_attestations_by=list(config.attestors),
            ),
            depends_on=self.apis(*self.APIS),
        )
