"""Tests of who may read, change and erase a user."""

import base64
import json
import time
from collections.abc import Iterator

import jwt
import pytest
from fastapi.testclient import TestClient

from grid_shared.service.keys import RemoteKeys
from tests.services.kit.applications import application
from tests.services.kit.tokens import KEY, Key, bearer, issuer, token
from tests.services.migrations.databases import Database

ADA = "00000000-0000-4000-8000-000000000001"
GRACE = "00000000-0000-4000-8000-000000000002"
PATH = f"/users/{ADA}"
OTHER = Key("other")
CHANGE = {"display_name": "Mallory"}
CLAIMS = jwt.decode(token(ADA), options={"verify_signature": False})


def unsigned() -> str:
    """Return a token with the algorithm `none`."""
    header = {"alg": "none", "typ": "JWT", "kid": KEY.kid}
    parts = (json.dumps(part).encode() for part in (header, CLAIMS))
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b""]).decode()


def signed_with_public_key() -> str:
    """Return a token that takes the public key for a shared one."""
    return jwt.encode(CLAIMS, KEY.public["x"], "HS256", {"kid": KEY.kid})


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(application(environment)) as client:
        yield client


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer junk",
        f"Basic {token(ADA)}",
        f"Bearer {OTHER.token(ADA)}",
        f"Bearer {Key(KEY.kid).token(ADA)}",
        f"Bearer {token(ADA, exp=1)}",
        f"Bearer {token(ADA, exp=None)}",
        f"Bearer {token(ADA, sub=None)}",
        f"Bearer {token(ADA, aud='other')}",
        f"Bearer {token(ADA, aud=None)}",
        f"Bearer {token(ADA, iss='other')}",
        f"Bearer {token(ADA, nbf=time.time() + 3600)}",
        f"Bearer {unsigned()}",
        f"Bearer {signed_with_public_key()}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_request_without_valid_token_is_rejected(
    service: TestClient, database: Database, method: str, header: str
) -> None:
    answer = service.request(method, PATH, headers={"Authorization": header}, json=CHANGE)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "ada@example.com" not in answer.text
    assert database.query("SELECT count(*) FROM users") == [2]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_token_of_another_user_is_rejected(
    service: TestClient, database: Database, method: str
) -> None:
    answer = service.request(method, PATH, headers=bearer(f"/users/{GRACE}"), json=CHANGE)
    assert answer.status_code == 403
    assert "ada@example.com" not in answer.text
    assert database.query("SELECT count(*) FROM users") == [2]


def test_no_token_is_valid_without_keys(environment: dict[str, str]) -> None:
    del environment["JWKS_URL"]
    with TestClient(application(environment)) as client:
        assert client.get(PATH, headers=bearer(PATH)).status_code == 401


def test_tokens_of_both_keys_are_valid_during_rotation(environment: dict[str, str]) -> None:
    with (
        issuer(KEY, OTHER) as published,
        TestClient(application(environment | {"JWKS_URL": published.url})) as client,
    ):
        for key in (KEY, OTHER):
            answer = client.get(PATH, headers=key.bearer(PATH))
            assert answer.json()["email"] == "ada@example.com"
        assert published.reads == 1


def test_new_key_is_valid_and_removed_key_invalid_without_restart(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RemoteKeys, "PAUSE", 0.0)
    with (
        issuer(KEY) as published,
        TestClient(application(environment | {"JWKS_URL": published.url})) as client,
    ):
        assert client.get(PATH, headers=KEY.bearer(PATH)).status_code == 200
        published.keys = [OTHER]
        assert client.get(PATH, headers=OTHER.bearer(PATH)).status_code == 200
        assert client.get(PATH, headers=KEY.bearer(PATH)).status_code == 401


def test_unknown_keys_are_not_read_for_each_request(environment: dict[str, str]) -> None:
    with (
        issuer(KEY) as published,
        TestClient(application(environment | {"JWKS_URL": published.url})) as client,
    ):
        for number in range(10):
            header = {"Authorization": f"Bearer {Key(f'unknown-{number}').token(ADA)}"}
            assert client.get(PATH, headers=header).status_code == 401
        assert published.reads == 1


def test_known_keys_are_used_while_issuer_is_away(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RemoteKeys, "PAUSE", 0.0)
    monkeypatch.setattr(RemoteKeys, "MAX_AGE", 0.0)
    with (
        issuer(KEY) as published,
        TestClient(application(environment | {"JWKS_URL": published.url})) as client,
    ):
        assert client.get(PATH, headers=bearer(PATH)).status_code == 200
        published.is_away = True
        assert client.get(PATH, headers=bearer(PATH)).status_code == 200
        monkeypatch.setattr(RemoteKeys, "STALE", 0.0)
        answer = client.get(PATH, headers=bearer(PATH))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert published.reads == 3


def test_answer_about_a_user_is_stored_nowhere(service: TestClient) -> None:
    answer = service.get(PATH, headers=bearer(PATH))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
