"""Warnings: values that Google Cloud accepts and that are probably a mistake."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.rules.networking import private_ranges
from environments.schema import Environment


def warn_public_ranges(environment: Environment) -> Iterator[Problem]:
    """Warn about ranges of the VPC that belong to the internet.

    Google Cloud accepts them as privately used public addresses. The owners of the addresses can
    then not be reached. Source: VPC, "Subnets", https://cloud.google.com/vpc/docs/subnets.
    """
    for path, private in private_ranges(environment).items():
        if private.is_global:
            yield Problem(
                path,
                f"{private}, which are public addresses",
                "a private range, such as one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; "
                "otherwise nothing in the VPC reaches the owner of these addresses",
            )


WARNINGS = (warn_public_ranges,)
