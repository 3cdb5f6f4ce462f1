"""Cloud Run services for tests: of one configuration, and of an environment by region."""

from functools import cache
from typing import Any

from environments.schema import RouteConfig, ServiceConfig
from tests.template import Template
from tests.unit.parts import service

WEB = ServiceConfig(cpu=1, memory="1Gi", max_instances=7, route=RouteConfig(paths=["/web"]))


@cache
def cloud_run_service(config: str = "", *, protect: bool = False) -> Any:
    """Return the Cloud Run service of a configuration in JSON, of `WEB` if none is given."""
    section = ServiceConfig.model_validate_json(config) if config else WEB
    template = service(section, protect=protect)
    return template.one("google_cloud_run_v2_service")


def service_with(**values: Any) -> Any:
    """Return the Cloud Run service of `WEB` with other values."""
    return cloud_run_service(
        ServiceConfig.model_validate(WEB.model_dump() | values).model_dump_json()
    )


def by_region(template: Template, name: str) -> dict[str, Any]:
    """Return the Cloud Run services of a service by region."""
    services = template.of("google_cloud_run_v2_service").values()
    return {one["location"]: one for one in services if one["labels"]["service"] == name}
