"""Tests of who may read and erase a user."""

import base64
import json
import time
from collections.abc import Iterator

import jwt
import pytest
from starlette.testclient import TestClient

from grid_reference import app
from grid_reference.settings import Settings
from tests.services.migrations.databases import Database
from tests.services.reference.tokens import KEY, bearer, token

ADA = "00000000-0000-4000-8000-000000000001"
GRACE = "00000000-0000-4000-8000-000000000002"
PATH = f"/users/{ADA}"
OTHER_KEY = "another-key-of-the-tests-of-32-bytes-and-more"


def unsigned(subject: str) -> str:
    """Return a token with the algorithm `none`."""
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": subject, "exp": time.time() + 3600})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b""]).decode()


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(app.create(Settings.of(environment))) as client:
        yield client


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer junk",
        f"Basic {token(ADA)}",
        f"Bearer {token(ADA, OTHER_KEY)}",
        f"Bearer {token(ADA, exp=1)}",
        f"Bearer {token(ADA, exp=None)}",
        f"Bearer {token(ADA, nbf=time.time() + 3600)}",
        f"Bearer {unsigned(ADA)}",
        f"Bearer {jwt.encode({'sub': ADA, 'exp': time.time() + 60}, KEY, algorithm='HS512')}",
        f"Bearer {jwt.encode({'exp': time.time() + 60}, KEY, algorithm='HS256')}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_request_without_valid_token_is_rejected(
    service: TestClient, database: Database, method: str, header: str
) -> None:
    answer = service.request(method, PATH, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "ada@example.com" not in answer.text
    assert database.query("SELECT count(*) FROM users") == [2]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_token_of_another_user_is_rejected(
    service: TestClient, database: Database, method: str
) -> None:
    answer = service.request(method, PATH, headers=bearer(GRACE))
    assert answer.status_code == 403
    assert "ada@example.com" not in answer.text
    assert database.query("SELECT count(*) FROM users") == [2]


def test_no_token_is_valid_without_key(environment: dict[str, str]) -> None:
    del environment["JWT_SECRET"]
    with TestClient(app.create(Settings.of(environment))) as client:
        assert client.get(PATH, headers=bearer(PATH)).status_code == 401


def test_tokens_of_both_keys_are_valid_during_rotation(environment: dict[str, str]) -> None:
    keys = {"JWT_SECRET": OTHER_KEY, "JWT_SECRET_PREVIOUS": KEY}
    with TestClient(app.create(Settings.of(environment | keys))) as client:
        for key in keys.values():
            header = {"Authorization": f"Bearer {token(ADA, key)}"}
            assert client.get(PATH, headers=header).json()["email"] == "ada@example.com"


def test_answer_about_a_user_is_stored_nowhere(service: TestClient) -> None:
    answer = service.get(PATH, headers=bearer(PATH))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_erased_user_is_served_by_no_instance(
    environment: dict[str, str], database: Database
) -> None:
    settings = Settings.of(environment)
    with TestClient(app.create(settings)) as first, TestClient(app.create(settings)) as second:
        for client in (first, second, first, second):
            assert client.get(PATH, headers=bearer(PATH)).status_code == 200
        assert first.delete(PATH, headers=bearer(PATH)).status_code == 204
        assert first.get(PATH, headers=bearer(PATH)).status_code == 404
        deadline = time.monotonic() + 30  # the message has to arrive
        while second.get(PATH, headers=bearer(PATH)).status_code == 200:
            assert time.monotonic() < deadline
    assert database.query("SELECT email FROM users") == ["grace@example.com"]
