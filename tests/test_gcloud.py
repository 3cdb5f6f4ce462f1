"""Tests of the command lines of `gcloud` in pages, workflows and messages, without `gcloud`."""

import json

import pytest

from tests.gcloud import LIST, Call, calls, find

KNOWN = json.loads(LIST.read_text(encoding="utf-8"))
CALLS = sorted({call for call in calls() if call.words})


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.file}: {' '.join(call.words)}")
def test_gcloud_has_the_command_and_its_flags(call: Call) -> None:
    name = find(KNOWN["commands"], call.words)
    assert name, f"run python -m tests.gcloud, or add the command and its flags to {LIST}"
    assert set(call.flags) <= {*KNOWN["commands"][name], *KNOWN["global_flags"]}


def test_first_deployment_names_commands() -> None:
    assert len([call for call in CALLS if call.file == "docs/first-deployment.md"]) > 5
