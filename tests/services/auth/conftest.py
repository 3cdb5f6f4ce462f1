"""An OpenID provider, and the variables of the service."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.services.auth.identities import CLIENT_ID, ISSUER, PROVIDER
from tests.services.kit.applications import application
from tests.services.kit.tokens import issuer


@pytest.fixture
def environment(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    with issuer(PROVIDER) as published:
        yield environment | {
            "SERVICE": "auth",
            "JWT_SECRET": "generated-secret-of-the-tests-of-32-bytes",
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_ISSUER": ISSUER,
            "OIDC_JWKS_URL": published.url,
        }


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(application(environment)) as client:
        yield client
