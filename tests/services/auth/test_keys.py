"""Tests of the keys of tokens: what is published, and rotations."""

from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from grid_auth.app import SERVICE
from grid_auth.signing import Key
from grid_shared.service.app import create
from grid_shared.service.settings import Settings, SettingsError
from tests.services.auth.identities import ADA, id_token
from tests.services.kit.applications import application
from tests.services.kit.instances import instance
from tests.services.migrations.databases import Database

SECRETS = ["first-secret-of-the-tests-of-32-bytes", "second-secret-of-the-tests-of-32-bytes"]
KIDS = [Key("JWT_SECRET", secret).kid for secret in SECRETS]


def published(service: TestClient) -> list[str]:
    return [key["kid"] for key in service.get("/.well-known/jwks.json").json()["keys"]]


def signing_key(service: TestClient) -> Any:
    token = service.post("/token", json={"id_token": id_token()}).json()["access_token"]
    return jwt.get_unverified_header(token)["kid"]


def test_api_accepts_tokens_of_auth(environment: dict[str, str], database: Database) -> None:
    with instance(environment) as auth:
        keys = {"SERVICE": "api", "JWKS_URL": f"{auth.url}/auth/.well-known/jwks.json"}
        issued = auth.request("POST", "/auth/token", json={"id_token": id_token()}).json()
        bearer = {"Authorization": f"Bearer {issued['access_token']}"}
        with instance(environment | keys) as api:
            user = api.get(f"/users/{ADA}", **bearer)
            assert (user.status_code, user.json()["email"]) == (200, "ada@example.com")
            assert database.query("SELECT count(*) FROM users") == [2]


def test_published_keys_are_public(service: TestClient) -> None:
    [key] = service.get("/.well-known/jwks.json").json()["keys"]
    assert set(key) == {"alg", "crv", "kid", "kty", "use", "x"}
    assert jwt.PyJWK.from_dict(key).algorithm_name == "EdDSA"


def test_key_signs_and_previous_one_is_published(environment: dict[str, str]) -> None:
    keys = {"JWT_SECRET": SECRETS[1], "JWT_SECRET_PREVIOUS": SECRETS[0]}
    with TestClient(application(environment | keys)) as service:
        assert published(service) == KIDS[::-1]
        assert signing_key(service) == KIDS[1]


def test_rotated_file_replaces_key_without_restart(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "JWT_SECRET" / "value"
    file.parent.mkdir()
    del environment["JWT_SECRET"]
    file.write_text(SECRETS[0])
    settings = Settings.of(environment, mount=tmp_path)
    assert settings.secrets
    with TestClient(create(SERVICE, settings)) as service:
        assert (published(service), signing_key(service)) == (KIDS[:1], KIDS[0])
        file.write_text(SECRETS[1])
        settings.secrets.invalidate()  # its time to live is over
        assert (published(service), signing_key(service)) == (KIDS[1:], KIDS[1])
        file.write_text("short")
        settings.secrets.invalidate()
        assert signing_key(service) == KIDS[1]


def test_short_secret_is_rejected_without_printing_it(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="32 bytes or more\n  Actual: 10 bytes") as caught:
        application(environment | {"JWT_SECRET": "short-key!"})
    assert "short-key!" not in str(caught.value)
