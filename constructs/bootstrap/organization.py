"""Contact, organization policies and perimeter of the project."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.access_context_manager_service_perimeter import (
    AccessContextManagerServicePerimeter,
)
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.essential_contacts_contact import EssentialContactsContact
from cdktf_cdktf_provider_google.org_policy_policy import (
    OrgPolicyPolicy,
    OrgPolicyPolicySpec,
    OrgPolicyPolicySpecRules,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.naming import identifier
from environments.schema import OrganizationConfig, PerimeterConfig

CATEGORIES = ("LEGAL", "SECURITY", "SUSPENSION", "TECHNICAL")
"""What CIS 1.16 asks for. Source: Essential Contacts API, NotificationCategory."""


class OrganizationSettings(GridConstruct):
    """What the organization's administrators decide about the project."""

    def __init__(
        self, scope: Construct, id_: str, config: OrganizationConfig, *, pipeline: Sequence[str]
    ) -> None:
        """Create what `config` has; `pipeline` are the members that call the APIs from outside of
        a perimeter.
        """
        super().__init__(scope, id_, apis=_apis(config))
        self._parent = f"projects/{self.names.project_id}"
        if contact := config.security_contact:
            EssentialContactsContact(
                self,
                "security",
                parent=self._parent,
                email=contact,
                language_tag="en",
                notification_category_subscriptions=list(CATEGORIES),
                depends_on=self.apis("essentialcontacts"),
            )
        for constraint in config.policies:
            OrgPolicyPolicy(
                self,
                identifier(constraint),
                parent=self._parent,
                name=f"{self._parent}/policies/{constraint}",
                spec=OrgPolicyPolicySpec(rules=[OrgPolicyPolicySpecRules(enforce="TRUE")]),
                depends_on=self.apis("orgpolicy"),
            )
        if config.perimeter:
            self._perimeter(config.perimeter, [*config.perimeter.members, *pipeline])

    def _perimeter(self, config: PerimeterConfig, members: list[str]) -> None:
        """Create the perimeter. The pipeline's runners are outside of it, and so are people."""
        project = DataGoogleProject(self, "enclosed", project_id=self.names.project_id)
        parent = f"accessPolicies/{config.access_policy}"
        perimeter = AccessContextManagerServicePerimeter(
            self,
            "project",
            parent=parent,
            name=f"{parent}/servicePerimeters/{identifier(self.names.compute('perimeter'))}",
            title=self.names.title,
            use_explicit_dry_run_spec=None if config.enforced else True,
            depends_on=self.apis("accesscontextmanager"),
        )
        ingress = {
            "ingress_from": {"identities": members, "sources": [{"access_level": "*"}]},
            "ingress_to": {"resources": ["*"], "operations": [{"service_name": "*"}]},
        }
        # The bindings have classes for both blocks, which have the same content.
        perimeter.add_override(
            "status" if config.enforced else "spec",
            {
                "resources": [f"projects/{project.number}"],
                "restricted_services": list(config.services),
                "ingress_policies": [ingress] if members else [],
            },
        )


def _apis(config: OrganizationConfig) -> list[str]:
    """Return the APIs that the parts of the section need."""
    apis = ["essentialcontacts"] if config.security_contact else []
    apis += ["orgpolicy"] if config.policies else []
    return [*apis, "accesscontextmanager"] if config.perimeter else apis
