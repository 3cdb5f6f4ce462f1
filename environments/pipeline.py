"""Lists that the pipeline reads from the environment files at run time."""

from collections.abc import Mapping

from environments.schema import Environment
from environments.schema.operations import MAX_WAVE

MIGRATIONS = "migrations"
"""The image that is not a service's: services/migrations."""
MAX_JOBS = 8
"""Jobs that build images. deploy.yml declares an output for each, with the digests of images."""


def matrices(environments: Mapping[str, Environment]) -> dict[str, list[str]]:
    """Return the lists that the workflows use as matrices, by name.

    Only environments with a section `ci` are the pipeline's. `wave_1` to `wave_3` are the
    environments of each wave, `approvals` those that wait for one, `backups` those with scheduled
    backups, `images` the images to build: a job builds those of one item, which are separated by
    spaces where there are more images than jobs.
    """
    own = {name: one for name, one in environments.items() if one.ci}
    waves = {
        f"wave_{wave}": [name for name, one in own.items() if one.ci and one.ci.wave == wave]
        for wave in range(1, MAX_WAVE + 1)
    }
    services = {service for one in own.values() for service in one.services}
    images = [*sorted(services), MIGRATIONS]
    return {
        "environments": list(own),
        **waves,
        "approvals": [name for name, one in own.items() if one.ci and one.ci.approval],
        "backups": [name for name, one in own.items() if one.backups],
        "images": [" ".join(images[job::MAX_JOBS]) for job in range(min(MAX_JOBS, len(images)))],
    }


def token_subjects(environment: Environment) -> tuple[str, ...]:
    """Return the subjects of GitHub's tokens for the jobs of an environment, none without `ci`.

    Source: GitHub, "OpenID Connect reference", example subject claims,
    https://docs.github.com/en/actions/reference/security/oidc.
    """
    if not environment.ci:
        return ()
    repository = f"repo:{environment.ci.repository}"
    return (
        f"{repository}:pull_request",
        f"{repository}:ref:refs/heads/{environment.ci.branch}",
        f"{repository}:environment:{environment.environment}",
    )
