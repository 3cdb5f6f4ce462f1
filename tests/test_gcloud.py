"""Tests of the command lines of `gcloud` in pages, workflows and messages, without `gcloud`."""

import json

import pytest

from tests.gcloud import LIST, Call, calls, find

KNOWN = json.loads(LIST.read_text(encoding="utf-8"))
CALLS = sorted({call for call in calls() if call.words})


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.file}: {' '.join(call.words)}")
def test_gcloud_has_the_command_and_its_flags(call: Call) -> None:
    name = find(KNOWN["commands"], call.words)
    assert name, "where gcloud is installed, run python -m tests.gcloud: it lists what exists"
    assert set(call.flags) <= {*KNOWN["commands"][name], *KNOWN["global_flags"]}


def test_first_deployment_names_commands() -> None:
    assert len([call for call in CALLS if call.file == "docs/first-deployment.md"]) > 5


def test_list_has_no_command_that_is_not_named() -> None:
    named = {find(KNOWN["commands"], call.words) for call in CALLS}
    assert named == set(KNOWN["commands"])
