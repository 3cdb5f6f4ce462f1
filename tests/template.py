"""A synthesized stack to look into, and the ways to make one."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cdktf
import yaml
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_google.project_service import ProjectService
from cdktf_cdktf_provider_google.provider import GoogleProvider
from cdktf_cdktf_provider_random.provider import RandomProvider

from environments import Environment, load
from environments.checking import check
from environments.naming import Names, identifier
from environments.schema.environment import BOOTSTRAP
from offline.services.catalog import api_of
from stacks import PlatformStack
from stacks.bootstrap import BootstrapStack
from stacks.stack import Stack

Block = Mapping[str, Any]
ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / "tests" / "fixtures" / "environments"
"""Environment files of the tests. The owner's files are not asserted about outside `tests/live`."""
ENVIRONMENT = Environment.model_validate(
    {
        "environment": "test",
        "project_id": "grid-test-example",
        "node_env": "development",
        "protect": False,
        "state": {"bucket": "grid-test-example-tfstate", "prefix": "grid/test"},
        "primary_region": "us-central1",
        "regions": {
            "us-central1": {
                "subnet_range": "10.0.0.0/20",
                "services_range": "10.0.16.0/20",
                "pods_range": "10.0.32.0/20",
                "connector": {"range": "10.100.0.0/28"},
            }
        },
        "network": {"private_services_range": "10.64.0.0/16"},
        "domain": {"name": "example.com"},
        "database": {"tier": "db-custom-1-3840"},
        "storage": {"backups": {"location": "US", "retention_days": 7}},
        "services": {
            "api": {"cpu": 1, "memory": "1Gi", "max_instances": 1, "route": {"default": True}}
        },
        "monitoring": {"alert_email": "oncall@example.com"},
    }
)
"""Environment of constructs that are tested without a platform."""
NAMES = Names.of(ENVIRONMENT)
"""Names of its resources."""
_FOLDER = TemporaryDirectory(prefix="grid-tests-")
"""Output folder of CDKTF, deleted when the tests end."""


class Template:
    """The Terraform JSON of a stack, without CDKTF's metadata."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document: dict[str, Any] = _without_metadata(document)

    def of(self, type_: str) -> dict[str, Any]:
        """Resources of a type by name, as in `google_compute_network.<name>`."""
        resources: dict[str, Any] = self.document.get("resource", {}).get(type_, {})
        return resources

    def one(self, type_: str) -> Any:
        """Return the only resource of a type."""
        [resource] = self.of(type_).values()
        return resource

    def get(self, address: str) -> Any:
        """Return the resource at an address."""
        type_, name = address.split(".")
        return self.of(type_)[name]

    @property
    def resources(self) -> dict[str, Any]:
        """All resources by address, sorted."""
        return {
            f"{type_}.{name}": resource
            for type_, named in sorted(self.document.get("resource", {}).items())
            for name, resource in sorted(named.items())
        }

    @property
    def addresses(self) -> list[str]:
        """Addresses of everything that Terraform keeps: resources, variables, outputs."""
        variables = [f"var.{name}" for name in sorted(self.document.get("variable", {}))]
        outputs = [f"output.{name}" for name in sorted(self.document.get("output", {}))]
        return [*self.resources, *variables, *outputs]

    @property
    def outputs(self) -> dict[str, Any]:
        """Values of the outputs by name."""
        return {name: output["value"] for name, output in self.document.get("output", {}).items()}


def _without_metadata(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_metadata(item) for key, item in value.items() if key != "//"}
    if isinstance(value, list):
        return [_without_metadata(item) for item in value]
    return value


def synthesize(stack: TerraformStack) -> Template:
    """Return the template of a stack, after its validations."""
    return Template(json.loads(cdktf.Testing.synth(stack, True)))


def app() -> App:
    """Create an application for stacks; it writes nothing."""
    return App(outdir=_FOLDER.name, stack_traces=False)


def alone(build: Callable[[Stack], object], **changes: Any) -> Template:
    """Return the template of a stack with the resources that `build` creates in it. `changes` are
    values of the environment, such as `protect`.
    """
    stack = Stack(app(), "test", ENVIRONMENT.model_copy(update=changes))
    GoogleProvider(stack, "google")
    RandomProvider(stack, "random")
    build(stack)
    return synthesize(stack)


def something(stack: Stack, name: str = "something") -> ProjectService:
    """Create a resource to wait for, if a test does not care which."""
    return ProjectService(stack, name, service=f"{name}.googleapis.com")


def enabler(address: str) -> str | None:
    """Return the address of the resource that enables a resource's API, if one does.

    The APIs of types are in `offline/services/`.
    """
    type_ = address.partition(".")[0]
    if type_ == "google_project_service" or type_.startswith("random_"):
        return None
    api = api_of(type_)
    assert api, f"offline/services/ does not know the API of {type_}"
    return f"google_project_service.{identifier(api.removesuffix('.googleapis.com'))}"


def data(name: str) -> dict[str, Any]:
    """Return a copy of the content of an environment file, to change."""
    content: dict[str, Any] = yaml.safe_load(
        (ENVIRONMENTS / f"{name}.yaml").read_text(encoding="utf-8")
    )
    return deepcopy(content)


def variant(name: str, changes: Mapping[str, Any]) -> Environment:
    """Return an environment of the project with other values: `{"network.egress": "direct"}`."""
    content = data(name)
    for path, value in changes.items():
        section, keys = content, path.split(".")
        for key in keys[:-1]:
            section = section.setdefault(key, {})
        section[keys[-1]] = value
    checked = check(content, name)
    assert not checked.problems, checked.problems
    return checked.environment


def platform(environment: Environment) -> Template:
    """Return the template of the whole platform of an environment."""
    return synthesize(PlatformStack(app(), environment.environment, environment))


def bootstrap(environment: Environment) -> Template:
    """Return the template of the bootstrap of an environment."""
    name = environment.environment + BOOTSTRAP
    return synthesize(BootstrapStack(app(), name, environment))


@cache
def bootstraps() -> dict[str, Template]:
    """Return the templates of the bootstraps of the fixtures, by the environments' names."""
    return {name: bootstrap(environment) for name, environment in load().items()}


@cache
def platforms() -> dict[str, Template]:
    """Return the templates of the fixtures by name."""
    return {name: platform(environment) for name, environment in load().items()}


@cache
def stacks(folder: Path = ENVIRONMENTS) -> dict[str, Template]:
    """All templates of the environments in a folder, by the names of their stacks."""
    environments = load(folder=folder)
    return {name: platform(environment) for name, environment in environments.items()} | {
        f"{name}{BOOTSTRAP}": bootstrap(environment) for name, environment in environments.items()
    }


def application(outdir: Path) -> None:
    """Synthesize all environments to a folder, as `make synth` does."""
    app = App(outdir=str(outdir))
    for name, environment in load().items():
        PlatformStack(app, name, environment)
    app.synth()
