"""Artifact Registry: the images of the services."""

from cdktf_cdktf_provider_google.artifact_registry_repository import (
    ArtifactRegistryRepository,
    ArtifactRegistryRepositoryCleanupPolicies as CleanupPolicy,
    ArtifactRegistryRepositoryCleanupPoliciesCondition as Condition,
    ArtifactRegistryRepositoryCleanupPoliciesMostRecentVersions as MostRecentVersions,
    ArtifactRegistryRepositoryDockerConfig as DockerConfig,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.lifecycle import fixed

from environments.schema import RegistryConfig


class Registry(GridConstruct):
    """The Docker repository `services`; Cloud Run of the same project may pull from it.

    Tags that can change are Google's default and need no block: the API does not return it, and
    the provider would plan it again for ever (seen with hashicorp/google 6.50.0).
    """

    APIS = ("artifactregistry",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: RegistryConfig,
    ) -> None:
        super().__init__(scope, id_)
        region = self.primary_region
        key = self.key("artifactregistry", region)
        repository = ArtifactRegistryRepository(
            self,
            "services",
            repository_id="services",
            location=region,
            format="DOCKER",
            description="Images of the Cloud Run services",
            docker_config=DockerConfig(immutable_tags=True) if config.immutable_tags else None,
            cleanup_policies=[
                CleanupPolicy(
                    id="delete-old-untagged",
                    action="DELETE",
                    condition=Condition(
                        tag_state="UNTAGGED",
                        # In seconds, as the API returns it: days would be drift of the state.
                        older_than=f"{config.delete_untagged_days * 86_400}s",
                    ),
                ),
                CleanupPolicy(
                    id="keep-newest",
                    action="KEEP",
                    most_recent_versions=MostRecentVersions(keep_count=config.keep_versions),
                ),
            ],
            kms_key_name=key.name,
            lifecycle=fixed(self.environment, "encryption", {"kms_key_name": key.name})
            if key.name
            else None,
            depends_on=[*self.apis("artifactregistry"), *key.ready],
        )
        self._path = f"{region}-docker.pkg.dev/{self.names.project_id}/{repository.repository_id}"

    @property
    def path(self) -> str:
        """Where images are pushed: `<region>-docker.pkg.dev/<project>/services`."""
        return self._path
