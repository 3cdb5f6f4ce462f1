"""Google APIs, enabled before Terraform calls them."""

from cdktf_cdktf_provider_google.project_service import ProjectService
from constructs import Construct

from environments.naming import identifier


class Apis(Construct):
    """The Google APIs that the constructs of a stack need.

    They stay enabled when the stack is destroyed, because other parts of the project can use them.
    `cloudresourcemanager` and `serviceusage` must be enabled before Terraform runs: the provider
    reads the project with the first and enables the others with the second.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self._apis: dict[str, ProjectService] = {}

    def enable(self, api: str) -> ProjectService:
        """Return the resource that enables an API, named without `.googleapis.com`."""
        if api not in self._apis:
            self._apis[api] = ProjectService(
                self, identifier(api), service=f"{api}.googleapis.com", disable_on_destroy=False
            )
        return self._apis[api]
