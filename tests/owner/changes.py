"""Changes of the environment files, as an owner makes them in an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

OWN_VALUES: Mapping[str, str] = {
    r"grid-(dev|staging|prod)-example": r"acme-\1-7041",
    r"grid\.example\.com": "platform.acme.dev",
    r"example/grid-infrastructure": "acme-corp/cloud-platform",
    r"012345-6789AB-CDEF01": "A1B2C3-D4E5F6-0A1B2C",
    r"repository_id: \d+": "repository_id: 700412345",
    r"(alert_email: )[\w.-]+@": r"\1sre@",
    r"grid/(dev|staging|prod)\b": r"infra/\1",
}
"""Every example value of the shipped files, and what stands for it."""

Change = Callable[[Path], None]
"""Changes the files in the folder of the environments."""


def enter_own_values(folder: Path) -> None:
    """Replace every example value in every file."""
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        for pattern, value in OWN_VALUES.items():
            text = re.sub(pattern, value, text)
        file.write_text(text, encoding="utf-8")


def add_service(folder: Path) -> None:
    """Add a service that has nothing but a name, and one with a route."""
    added = "services:\n  worker:\n  billing: {route: {paths: [/billing]}, cache: true}\n"
    _replace(folder / "dev.yaml", "services:\n", added)
    _replace(folder / "prod.yaml", "services:\n", added)


def add_secret(folder: Path) -> None:
    """Add a secret whose value comes from outside, and let a service read it."""
    for file in folder.glob("*.yaml"):
        _replace(file, "secrets:\n", "secrets:\n  stripe-key: {source: variable}\n")
        _replace(file, "    secrets: {", "    secrets: {STRIPE_KEY: stripe-key, ")


def remove_service(folder: Path) -> None:
    """Remove the service of machine learning models, which other sections refer to."""
    for file in folder.glob("*.yaml"):
        text = re.sub(r"(?m)^  ai:\n(?:    .*\n|  *#.*\n)+", "", file.read_text(encoding="utf-8"))
        text = re.sub(r"(?m)^vector_search:.*\n(?:  .*\n)*", "", text)
        file.write_text(text, encoding="utf-8")


def add_region(folder: Path) -> None:
    """Add a region to dev, which has one."""
    region = """regions:
  europe-west4:
    subnet_range: 10.20.0.0/20
    services_range: 10.20.16.0/20
    pods_range: 10.20.32.0/20
    connector: {range: 10.1.0.32/28}
"""
    _replace(folder / "dev.yaml", "regions:\n", region)
    _replace(folder / "dev.yaml", "database:\n", "database:\n  max_connections: 800\n")


def remove_region(folder: Path) -> None:
    """Remove the second region of prod, and the replica there."""
    file = folder / "prod.yaml"
    text = re.sub(r"(?m)^  us-east1:\n(?:    .*\n)+", "", file.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^  replicas:\n(?:    .*\n)+", "", text)
    file.write_text(text, encoding="utf-8")


def add_environment(folder: Path) -> None:
    """Copy dev to a new environment with values of its own."""
    text = (folder / "dev.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    project, domain = content["project_id"], content["domain"]["name"]
    text = text.replace("environment: dev\n", "environment: qa\n")
    text = text.replace(project, "acme-qa-7042").replace(domain, "qa.acme.dev")
    text = re.sub(r"prefix: \S+}", "prefix: infra/qa}", text)
    (folder / "qa.yaml").write_text(text, encoding="utf-8")


def remove_environment(folder: Path) -> None:
    """Delete the file of staging."""
    (folder / "staging.yaml").unlink()


def rename_domain(folder: Path) -> None:
    """Give every environment another domain."""
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        domain = yaml.safe_load(text)["domain"]["name"]
        file.write_text(text.replace(domain, f"{file.stem}.other.example"), encoding="utf-8")


def use_direct_egress(folder: Path) -> None:
    """Reach the VPC without connectors."""
    for file in folder.glob("*.yaml"):
        _replace(file, "network:\n", "network:\n  egress: direct\n")


CHANGES: tuple[Change, ...] = (
    enter_own_values,
    add_service,
    add_secret,
    remove_service,
    add_region,
    remove_region,
    add_environment,
    remove_environment,
    rename_domain,
    use_direct_egress,
)
"""One after the other, each on what the last one left."""


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{file} has no {old!r}")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
