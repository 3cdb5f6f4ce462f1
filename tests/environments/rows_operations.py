"""Rules of the pipeline, and names that its accounts and the export's take."""

from tests.environments.samples import REMOVED, Row

SERVICE = {"cpu": 1, "memory": "1Gi", "max_instances": 1}
ROLES = ["roles/pubsub.viewer", "roles/run.viewer"]
BOOTSTRAP = "a name that does not end in -bootstrap"
CONNECTOR = (
    "regions.us-central1",
    "VPC Access connector name, its hyphens doubled, 'grid--x--bootstrap--usc1' has 24 characters, "
    "at most 20 fit",
    "a name that fits: change it, project_name or environment",
)


REPOSITORY = f"example/{'r' * 78}"
BRANCH = "release/for-customers"
SUBJECT = f"repo:{REPOSITORY}:ref:refs/heads/{BRANCH}"


def _taken(name: str, section: str, user: str) -> Row:
    expected = f"another name: {user} this one"
    service = {f"services.{name}": SERVICE}
    return "prod", {**service, section: REMOVED}, service, [(f"services.{name}", name, expected)]


ROWS: dict[str, Row] = {
    "environment named like the bootstrap of another": (
        "dev",
        {"environment": "x-boots"},
        {"environment": "x-bootstrap"},
        [("environment", "x-bootstrap", BOOTSTRAP), CONNECTOR],
    ),
    "state where the bootstrap of another has its own": (
        "dev",
        {"state.prefix": "grid/x-boots"},
        {"state.prefix": "grid/x-bootstrap"},
        [("state.prefix", "grid/x-bootstrap", BOOTSTRAP)],
    ),
    "service named like the export": _taken("export", "backups", "the scheduled backups use"),
    "service named like the planning account": _taken("ci-plan", "ci", "the pipeline uses"),
    "service named like the applying account": _taken("ci-apply", "ci", "the pipeline uses"),
    "more roles than the pipeline may grant": (
        "prod",
        {"services.api.roles": ROLES, "services.auth.roles": ROLES[:1]},
        {"services.api.roles": ROLES, "services.auth.roles": ["roles/spanner.viewer"]},
        [
            (
                "services",
                "3 roles: roles/pubsub.viewer, roles/run.viewer, roles/spanner.viewer",
                "at most 2 different roles: the pipeline's account may grant ten",
            )
        ],
    ),
    "many roles without a pipeline": (
        "prod",
        {"services.api.roles": [*ROLES, "roles/spanner.viewer"], "ci": REMOVED},
        {"services.api.roles": [*ROLES, "roles/spanner.viewer"]},
        [
            (
                "services",
                "3 roles: roles/pubsub.viewer, roles/run.viewer, roles/spanner.viewer",
                "at most 2 different roles: the pipeline's account may grant ten",
            )
        ],
    ),
    "subject of GitHub's tokens that Google rejects": (
        "prod",
        {"ci.repository": REPOSITORY, "ci.branch": BRANCH[:-1]},
        {"ci.repository": REPOSITORY, "ci.branch": BRANCH},
        [
            (
                "ci.repository",
                f"the subject '{SUBJECT}' of GitHub's tokens has 128 bytes",
                "at most 127 bytes: shorten the name of the repository, branch or environment, or "
                "Google Cloud rejects the tokens of the pipeline",
            )
        ],
    ),
}
