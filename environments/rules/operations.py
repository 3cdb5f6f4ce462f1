"""Rules of the pipeline, and of the bootstrap before it."""

from collections.abc import Iterator

from environments.pipeline import token_subjects
from environments.problems import Problem
from environments.rules.confirmation import rests_on
from environments.schema import Environment
from environments.schema.environment import BOOTSTRAP
from facts import iam

PLATFORM_ROLES = 8
"""Most roles that the platform grants to its own service accounts."""
MOST_SERVICE_ROLES = iam.max_roles_in_condition() - PLATFORM_ROLES


@rests_on(("iam", "max_roles_in_condition"))
def check_pipeline_roles(environment: Environment) -> Iterator[Problem]:
    """Check that the pipeline's condition on granting roles can name those of all services."""
    roles = sorted({role for service in environment.services.values() for role in service.roles})
    if environment.ci and len(roles) > MOST_SERVICE_ROLES:
        yield Problem(
            ("services",),
            f"{len(roles)} roles: {', '.join(roles)}",
            f"at most {MOST_SERVICE_ROLES} different roles: the pipeline's account may grant ten",
            depends_on=(("ci",), *(("services", name, "roles") for name in environment.services)),
        )


def check_bootstrap_names(environment: Environment) -> Iterator[Problem]:
    """Check that no environment has the name or the state prefix of a bootstrap."""
    names = (
        (("environment",), environment.environment),
        (("state", "prefix"), environment.state.prefix),
    )
    for path, name in names:
        if name.endswith(BOOTSTRAP):
            yield Problem(path, name, f"a name that does not end in {BOOTSTRAP}")


def check_token_subjects(environment: Environment) -> Iterator[Problem]:
    """Check that Google accepts the subjects of GitHub's tokens, which map to `google.subject`."""
    longest = max(token_subjects(environment), key=len, default="")
    limit = iam.max_subject_bytes()
    if len(longest) > limit:
        yield Problem(
            ("ci", "repository"),
            f"the subject {longest!r} of GitHub's tokens has {len(longest)} bytes",
            f"at most {limit} bytes: shorten the name of the repository, branch or environment, "
            "or Google Cloud rejects the tokens of the pipeline",
            depends_on=(("ci", "branch"), ("environment",)),
        )


RULES = (check_pipeline_roles, check_bootstrap_names, check_token_subjects)
