"""Rules of lengths, numbers and words that an API of Google limits."""

import re
from collections.abc import Iterator

from environments.problems import Path, Problem
from environments.rules.compute import MANAGED_VARIABLES
from environments.schema import Environment
from facts import cloud_run, names

PLATFORM_LABELS = 5
"""Labels of a resource that are not in the file, at most: project, environment and managed_by, the
service, and goog-terraform-provisioned of the provider."""


def check_label_count(environment: Environment) -> Iterator[Problem]:
    """Check that no resource has more labels than Google Cloud allows."""
    most = names.max_labels() - PLATFORM_LABELS
    if len(environment.labels) > most:
        expected = (
            f"at most {most}: a resource has up to {names.max_labels()}, {PLATFORM_LABELS} of them "
            "from the platform and the provider"
        )
        yield Problem(("labels",), f"{len(environment.labels)} labels", expected)


def check_variable_sizes(environment: Environment) -> Iterator[Problem]:
    """Check that Cloud Run accepts the number and the lengths of environment variables."""
    most, longest = (
        cloud_run.max_variables() - len(MANAGED_VARIABLES),
        cloud_run.max_variable_bytes(),
    )
    for name, service in environment.services.items():
        at: Path = ("services", name)
        count = len(service.env) + len(service.secrets)
        if count > most:
            expected = (
                f"at most {most} in env and secrets: Cloud Run takes {cloud_run.max_variables()}, "
                f"and the platform sets up to {len(MANAGED_VARIABLES)}"
            )
            yield Problem(at, f"{count} variables", expected)
        for variable, text in service.env.items():
            size = len(text.encode())
            if size > longest:
                expected = f"at most {longest} bytes: put more into a file, a bucket or a secret"
                yield Problem((*at, "env", variable), f"{size} bytes", expected)


def check_host_lengths(environment: Environment) -> Iterator[Problem]:
    """Check that every host name fits into DNS. The schema limits the parts between the dots."""
    most = names.limit("host").max
    longest = max(environment.hosts, key=len)
    if len(longest) > most:
        actual = f"{longest[:20]}… has {len(longest)} characters"
        expected = f"at most {most} with the longest label: choose a shorter domain or labels"
        depends_on = (
            ("domain", "api_label"),
            ("domain", "alias_labels"),
            ("gateway", "label"),
        )
        yield Problem(("domain", "name"), actual, expected, depends_on=depends_on)


def check_project_id(environment: Environment) -> Iterator[Problem]:
    """Check that a project can have the ID, and that buckets can begin with it."""
    project, prefix = environment.project_id, names.reserved_bucket_prefix()
    for word in sorted(names.reserved_project_words()):
        if word in project:
            expected = f"the ID of a project, none of which contains {word}: Google reserves it"
            yield Problem(("project_id",), project, expected)
            return
    if project.startswith(prefix):
        expected = (
            f"a project whose ID does not begin with {prefix}: names of buckets begin with the ID, "
            f"and Google reserves {prefix}"
        )
        yield Problem(("project_id",), project, expected)


def check_state_bucket(environment: Environment) -> Iterator[Problem]:
    """Check that Cloud Storage accepts the name of the state bucket."""
    bucket, prefix = environment.state.bucket, names.reserved_bucket_prefix()
    word = names.reserved_bucket_word()
    expected = ""
    if bucket.startswith(prefix):
        expected = f"a name that does not begin with {prefix}, which Google reserves"
    elif word in bucket.translate(str.maketrans("01", "ol")):
        expected = f"a name without {word} or a word that looks like it, which Google reserves"
    elif re.fullmatch(r"[0-9]+(\.[0-9]+){3}", bucket):
        expected = "a name that is no IP address"
    elif re.search(r"\.[.-]|-\.", bucket):
        expected = "a name without two dots, or a dot and a hyphen, next to each other"
    if expected:
        yield Problem(("state", "bucket"), bucket, expected)


RULES = (
    check_label_count,
    check_variable_sizes,
    check_host_lengths,
    check_project_id,
    check_state_bucket,
)
