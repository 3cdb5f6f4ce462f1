"""The start-up errors of a service: what happened, where, why, and what to do."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grid_shared.service import startup
from grid_shared.service.settings import Settings, SettingsError
from tests.services.kit.applications import application

HIDDEN = "hidden-one"
FORMAT = re.compile(
    r"Error: [A-Z].*[^.]\n  --> .+\n(?:  (?!Expected).+\n)?"
    r"(?:  Expected: .+\n  Actual: .+\n)?help: [A-Z].*[^.]"
)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", f"postgresql://user:{HIDDEN}@host:5432/grid?ssl={HIDDEN}"),
        ("DATABASE_CA_CERTS", "no certificate"),
        ("REDIS_URL", f"http://:{HIDDEN}@host"),
        ("REDIS_URL", f"rediss://:pass/{HIDDEN}@host"),
        ("REDIS_URL_US_EAST1", f"http://:{HIDDEN}@host"),
        ("REDIS_CA_CERTS", "no certificate"),
        ("OTEL_METRICS_EXPORTER", "unknown"),
        ("OTEL_TRACES_EXPORTER", "unknown"),
    ],
)
def test_error_of_setting_has_every_part_and_no_secret(
    environment: dict[str, str], variable: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        application(environment | {variable: value})
    assert FORMAT.fullmatch(str(caught.value)), str(caught.value)
    assert variable in str(caught.value).splitlines()[0]
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff"])
def test_error_of_mounted_secret_names_its_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "JWT_SECRET" / "value"
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=re.escape(f"--> {file}\n")) as caught:
        Settings.of({}, mount=tmp_path)
    assert FORMAT.fullmatch(str(caught.value)), str(caught.value)


def test_mounted_secrets_need_project(tmp_path: Path) -> None:
    file = tmp_path / "JWT_SECRET" / "value"
    file.parent.mkdir()
    file.write_text("value", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.of({}, mount=tmp_path)
    assert FORMAT.fullmatch(str(caught.value)), str(caught.value)


def test_unknown_service_has_every_part() -> None:
    with pytest.raises(SettingsError) as caught:
        startup.load("nothing")
    assert FORMAT.fullmatch(str(caught.value)), str(caught.value)


def test_short_secret_of_auth_stops_it_before_it_listens(environment: dict[str, str]) -> None:
    own = {"SERVICE": "auth", "JWT_SECRET": "short-key!", "OIDC_CLIENT_ID": "client"}
    with pytest.raises(SettingsError, match="JWT_SECRET is too short") as caught:
        application(environment | own)
    assert FORMAT.fullmatch(str(caught.value)), str(caught.value)


def test_process_logs_error_and_exits_with_2() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PORT": "http"}
    command = [sys.executable, "-m", "grid_shared.service"]
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 2
    record = json.loads(process.stderr)
    assert (record["severity"], record["exit_code"]) == ("CRITICAL", 2)
    assert FORMAT.fullmatch(record["message"])
