"""Tests of the choice of the identity that plans."""

import json
import os
import subprocess
import sys

import pytest

from tests.workflows.files import GITHUB

ACCOUNT = {"provider": "projects/1/providers/github", "service_account": "ci-plan@p.example"}


def _choose(accounts: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, GITHUB / "plan_account.py"],
        env={**os.environ, "ACCOUNTS": accounts, "ENVIRONMENT": "dev"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_account_of_environment_becomes_outputs() -> None:
    done = _choose(json.dumps({"prod": {}, "dev": ACCOUNT}))
    assert done.returncode == 0
    assert done.stdout == "".join(f"{key}={value}\n" for key, value in ACCOUNT.items())


@pytest.mark.parametrize(
    "accounts", ["", "[]", "{}", '{"dev": {"provider": "x"}}', json.dumps({"prod": ACCOUNT})]
)
def test_missing_account_is_an_error(accounts: str) -> None:
    done = _choose(accounts)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("::error::The variable PLAN_ACCOUNTS has no ")
    assert done.stderr.endswith(" of dev\n")
