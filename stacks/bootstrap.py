"""What an environment needs before its platform: the state bucket and the pipeline's accounts."""

from collections.abc import Sequence

from cdktf import TerraformOutput
from cdktf_cdktf_provider_google.project_iam_custom_role import ProjectIamCustomRole
from constructs import Construct
from constructs.apis import Apis
from constructs.bootstrap import (
    CiAccount,
    CiAccountConfig,
    Grant,
    StateBucket,
    apply_grants,
    plan_grants,
)
from constructs.bootstrap.roles import EXPORT_PERMISSIONS, REFRESH_PERMISSIONS
from constructs.dependencies import Dependencies

from environments import Environment
from environments.naming import APPLY, PLAN, Names, identifier
from environments.schema import CiConfig
from stacks.stack import Stack

BOOTSTRAP_APIS = (
    "cloudresourcemanager",
    "iam",
    "iamcredentials",
    "ondemandscanning",
    "serviceusage",
    "storage",
    "sts",
)
"""What Terraform and the pipeline call before the platform enables the rest."""

_EVENTS = "assertion.event_name in ['push', 'schedule', 'workflow_dispatch']"


class BootstrapStack(Stack):
    """One environment's bootstrap, applied by a person: the first time with a local state, which
    then moves into the bucket that it made (docs/bootstrap.md).
    """

    def __init__(self, scope: Construct, id_: str, environment: Environment) -> None:
        super().__init__(scope, id_)
        env = environment
        self.configure(env, prefix=env.state.bootstrap_prefix, random=False)
        apis = Apis(self, "apis", BOOTSTRAP_APIS, core=())
        self._state = StateBucket(
            self,
            "state-bucket",
            env.state,
            location=env.storage.backups.location,
            after=[apis["storage"]],
        )
        TerraformOutput(
            self,
            "state_bucket",
            value=self._state.name,
            description="Bucket of the Terraform state",
        )
        after = [apis[name] for name in ("iam", "iamcredentials", "cloudresourcemanager")]
        if env.backups:
            self._role("sql-export", EXPORT_PERMISSIONS, names=Names.of(env), after=after)
        if env.ci:
            self._accounts(env, env.ci, after=after)

    def _role(
        self, purpose: str, permissions: Sequence[str], *, names: Names, after: Dependencies
    ) -> str:
        """A custom role. The platform grants it and may not change it: whoever applies the
        platform could give it every permission.
        """
        role = ProjectIamCustomRole(
            self,
            identifier(purpose),
            role_id=names.custom_role(purpose),
            title=purpose,
            description=f"Of {names.title}",
            permissions=list(permissions),
            depends_on=after,
        )
        return role.name

    def _accounts(self, env: Environment, ci: CiConfig, *, after: Dependencies) -> None:
        """Two accounts: one reads, for any job of the repository; one changes, for a job on the
        branch that runs in the GitHub environment of this environment's name.
        """
        names = Names.of(env)
        role = self._role("ci-refresh", REFRESH_PERMISSIONS, names=names, after=after)
        refresh = Grant(role=role, name="refresh")
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
            grants=(*plan_grants(env), refresh),
        )
        apply = CiAccountConfig(
            name=APPLY,
            purpose="Applies and releases, after a merge",
            repository_id=ci.repository_id,
            condition=f"{repository} && {branch} && assertion.environment == '{env.environment}'",
            grants=apply_grants(env),
        )
        state_roles = ((plan, "roles/storage.objectViewer"), (apply, "roles/storage.objectUser"))
        for config, state_role in state_roles:
            account = CiAccount(self, config.name, config, names=names, after=after)
            self._state.grant(config.name, account.member, state_role)
            value = {"provider": account.provider, "service_account": account.email}
            description = f"Provider and account for jobs: {config.purpose}"
            TerraformOutput(self, identifier(config.name), value=value, description=description)
