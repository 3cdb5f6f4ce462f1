"""The bootstrap of an environment: the state bucket and the service accounts of the pipeline."""

from collections.abc import Iterator, Sequence

from cdktf import TerraformOutput
from cdktf_cdktf_provider_google.project_iam_custom_role import ProjectIamCustomRole
from constructs import Construct
from constructs.bootstrap import (
    ACCOUNT_CHANGES,
    ACCOUNT_PERMISSIONS,
    DATABASE_PERMISSIONS,
    INSTANCE_LOSSES,
    CiAccount,
    CiAccountConfig,
    OrganizationSettings,
    PlatformAccounts,
    StateBucket,
    apply_grants,
    granting,
    losing_instances,
    plan_grants,
    refresh_permissions,
    storage_except_state,
)
from constructs.bootstrap.ci_account import IDENTITY_APIS
from constructs.bootstrap.roles import EXPORT_PERMISSIONS
from constructs.security import Grant

from environments import Environment
from environments.naming import APPLY, PLAN, identifier
from environments.schema import CiConfig
from stacks.stack import Stack

BOOTSTRAP_APIS = (
    "cloudbilling",
    "cloudresourcemanager",
    "compute",
    "iam",
    "iamcredentials",
    "ondemandscanning",
    "orgpolicy",
    "secretmanager",
    "serviceusage",
    "storage",
    "sts",
)
"""APIs that Terraform, `grid doctor` and the pipeline call before the platform enables the others.
No construct of the platform calls the Organization Policy API."""

_EVENTS = "assertion.event_name in ['push', 'schedule', 'workflow_dispatch']"


class BootstrapStack(Stack):
    """One environment's bootstrap, applied by a person: the first time with a local state, which
    then moves into the bucket that it made (docs/bootstrap.md).
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        super().__init__(scope, id_, environment)
        self.configure(prefix=environment.state.bootstrap_prefix, random=False)
        self.enable_apis((*BOOTSTRAP_APIS, *_agent_apis(environment)))
        state = StateBucket(self, "state-bucket", environment.state)
        TerraformOutput(
            self, "state_bucket", value=state.name, description="Bucket of the Terraform state"
        )
        if environment.backups:
            self._role("sql-export", EXPORT_PERMISSIONS)
        pipeline = self._accounts(environment.ci, state) if environment.ci else []
        OrganizationSettings(self, "organization", environment.organization, pipeline=pipeline)

    def _role(self, purpose: str, permissions: Sequence[str]) -> str:
        """Create a custom role and return its name. The platform grants it and cannot change it:
        an identity that applies the platform could otherwise give it every permission.
        """
        role = ProjectIamCustomRole(
            self,
            identifier(purpose),
            role_id=self.context.names.custom_role(purpose),
            title=purpose,
            description=f"Of {self.context.names.title}",
            permissions=list(permissions),
            depends_on=self.enable_apis(IDENTITY_APIS),
        )
        return role.name

    def _predefined(self) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
        """Return the grants for planning and for applying: predefined roles, a custom one for what
        a refresh reads and no predefined role has without data, and those for service accounts
        and the database.
        """
        environment = self.context.environment
        role = self._role("ci-refresh", refresh_permissions(environment))
        refresh = Grant(role=role, name="refresh")
        custom = {"accounts": ACCOUNT_PERMISSIONS, "database": DATABASE_PERMISSIONS}
        limited = [
            Grant(role=self._role(f"ci-{name}", permissions), name=name)
            for name, permissions in custom.items()
        ]
        return (*plan_grants(environment), refresh), (*apply_grants(environment), *limited)

    def _minimal(self) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
        """Return the grants for planning and for applying: custom roles alone. Two of them have the
        conditions of their predefined ones.
        """
        environment = self.context.environment
        # The platform is synthesized for it, which only this option has to wait for.
        from stacks.minimal_roles import minimal_roles  # noqa: PLC0415

        roles = minimal_roles(environment)
        return (
            (Grant(role=self._role("plan", roles.plan), name="plan"),),
            (
                Grant(role=self._role("apply", roles.apply), name="apply"),
                granting(environment, self._role("apply-grants", roles.granting), "grants"),
                storage_except_state(
                    environment, self._role("apply-storage", roles.storage), "storage"
                ),
            ),
        )

    def _accounts(self, ci: CiConfig, state: StateBucket) -> list[str]:
        """Create two accounts and return them as members: one reads, for any job of the repository;
        the other one changes, for a job on the branch that runs in the GitHub environment of this
        environment's name.
        """
        members = []
        environment = self.context.environment
        is_minimal = ci.roles == "minimal"
        plan_roles, apply_roles = self._minimal() if is_minimal else self._predefined()
        losses = losing_instances(environment, self._role("ci-losses", INSTANCE_LOSSES))
        on_accounts = {
            "": "roles/iam.serviceAccountUser",
            "_changes": self._role("ci-account-changes", ACCOUNT_CHANGES),
        }
        repository = (
            f"assertion.repository == '{ci.repository}'"
            f" && assertion.repository_id == '{ci.repository_id}'"
        )
        branch = f"assertion.ref == 'refs/heads/{ci.branch}' && {_EVENTS}"
        plan = CiAccountConfig(
            name=PLAN,
            purpose="Plans, on pull requests and for drift",
            repository_id=ci.repository_id,
            condition=f"{repository} && (assertion.event_name == 'pull_request' || ({branch}))",
            grants=plan_roles,
        )
        apply = CiAccountConfig(
            name=APPLY,
            purpose="Applies and releases, after a merge",
            repository_id=ci.repository_id,
            condition=f"{repository} && {branch}"
            f" && assertion.environment == '{environment.environment}'",
            grants=(*apply_roles, losses),
        )
        for config, grant in ((plan, state.grant_planner), (apply, state.grant_writer)):
            account = CiAccount(self, config.name, config)
            grant(config.name, account.member)
            value = {"provider": account.provider, "service_account": account.email}
            description = f"Provider and account for jobs: {config.purpose}"
            TerraformOutput(self, identifier(config.name), value=value, description=description)
            members.append(account.member)
            if config is apply:
                PlatformAccounts(
                    self, "platform-accounts", APPLY, member=account.member, roles=on_accounts
                )
        return members


def _agent_apis(environment: Environment) -> Iterator[str]:
    """Yield APIs whose service agents must exist before the platform uses them (`facts.iam`).
    Google creates an agent some time after its API is enabled; the provider cannot ask for it
    without google-beta.
    """
    yield "servicenetworking"
    if environment.backups:
        yield from ("cloudscheduler", "workflows")
    if environment.cost and environment.cost.export:
        yield "bigquerydatatransfer"
    if environment.gateway:
        yield "apigee"
