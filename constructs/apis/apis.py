"""Google APIs, enabled before anything calls them."""

from collections.abc import Iterable

from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs import Construct

from environments.naming import identifier

CORE = (
    "aiplatform",
    "artifactregistry",
    "cloudbuild",
    "cloudresourcemanager",
    "cloudtrace",
    "compute",
    "iam",
    "iamcredentials",
    "logging",
    "monitoring",
    "redis",
    "run",
    "secretmanager",
    "servicenetworking",
    "sql-component",
    "sqladmin",
    "storage",
)
"""APIs that every environment calls, without `.googleapis.com`: the document's fourteen, and those
that it forgot."""


class Apis(Construct):
    """The APIs that the platform calls. They stay enabled when the platform is destroyed, since
    something else in the project may use them.

    `cloudresourcemanager` and `serviceusage` must be on before Terraform runs: the provider asks
    the first for the project and the second to enable the rest.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Iterable[str] = (),
        *,
        core: Iterable[str] = CORE,
    ) -> None:
        """Enable the core APIs and those of `config`, named without `.googleapis.com`."""
        super().__init__(scope, id_)
        self._apis = {
            api: ProjectService(
                self,
                identifier(api),
                service=f"{api}.googleapis.com",
                disable_on_destroy=False,
            )
            for api in sorted({*core, *config})
        }

    def __getitem__(self, api: str) -> ProjectService:
        """The resource that enables an API, to wait for.

        Raises:
            KeyError: the platform does not enable it.
        """
        return self._apis[api]
