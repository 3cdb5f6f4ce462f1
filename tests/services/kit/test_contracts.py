"""Each service answers generated requests as its OpenAPI description says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

from tests.services.ai.vertex import credentials, vertex
from tests.services.kit.instances import Instance, instance
from tests.services.kit.tokens import bearer

USER = "00000000-0000-4000-8000-000000000001"
BEARER = bearer(f"/users/{USER}")
PROBES = ("/health", "/ready")
EXAMPLES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=["ai", "api", "auth"])
def service(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
) -> Iterator[Instance]:
    with vertex() as google:
        variables = {
            "SERVICE": request.param,
            "JWT_SECRET": "generated-secret-of-the-tests-of-32-bytes",
            "OIDC_CLIENT_ID": "client.example.com",
            "OIDC_JWKS_URL": environment["JWKS_URL"],
            "VERTEX_AI_PROJECT": "grid-dev-example",
            "VERTEX_AI_LOCATION": "us-central1",
            "VERTEX_AI_ENDPOINT": google.url,
            "VECTOR_INDEX_ENDPOINT_ID": "123",
            "VECTOR_DEPLOYED_INDEX_ID": "grid_dev",
            "VECTOR_PUBLIC_ENDPOINT_DOMAIN": google.url,
            "GOOGLE_APPLICATION_CREDENTIALS": credentials(google, tmp_path),
        }
        with instance(environment | variables) as started:
            yield started
        assert [line for line in started.log if line["severity"] == "ERROR"] == []


def check(case: Case[Any], service: Instance) -> None:
    """Send a request as it was generated, and for the user of the token."""
    case.call_and_validate(headers=BEARER)
    if "user_id" in case.path_parameters:
        case.path_parameters["user_id"] = USER
        case.call_and_validate(headers=BEARER)
    assert service.get("/health").status_code == 200


def test_answers_fit_the_description(service: Instance) -> None:
    prefix = service.environment["SERVICE"]
    schema = schemathesis.openapi.from_url(f"{service.url}/{prefix}/openapi.json")
    results = list(schema.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results)
    assert len(operations) > len(PROBES)
    for operation in operations:

        @EXAMPLES
        @given(case=operation.as_strategy())
        def run(case: Case[Any]) -> None:
            check(case, service)

        run()
