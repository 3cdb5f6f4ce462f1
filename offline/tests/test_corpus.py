"""The embedded provider on the corpus, against the recorded values of the genuine one."""

import json
import re
from collections.abc import Sequence

import corpora
import pytest
import sent_requests
from corpus_page import page
from sent_requests import Spy

from offline.compare.life import Life
from offline.translation.found import translated
from offline.translation.model import types


@pytest.fixture(scope="module")
def log() -> list[sent_requests.Sent]:
    return []


@pytest.fixture(scope="module")
def lives(log: list[sent_requests.Sent]) -> Sequence[Life]:
    return corpora.run_all(lambda: Spy(log), corpora.types(), destroy=False)[0]


def test_agreement_with_the_genuine_provider_never_falls(lives: Sequence[Life]) -> None:
    counted = corpora.counts(lives)
    fallen = {
        f"{type_}, {kind}": (counted[type_][kind][0], f"was {equal}")
        for type_, kinds in json.loads(corpora.AGREEMENT.read_text("utf-8")).items()
        for kind, (equal, _) in kinds.items()
        if counted[type_][kind][0] < equal
    }
    assert fallen == {}, "python tests/corpora.py agree TYPE lists what differs"


@pytest.mark.usefixtures("lives")
def test_requests_are_those_of_the_genuine_provider(log: list[sent_requests.Sent]) -> None:
    recorded = [type_ for type_ in corpora.types() if sent_requests.recorded(type_)]
    differing = {type_: sent_requests.differing(log, type_) for type_ in recorded}
    found = {type_: lines for type_, lines in differing.items() if lines}
    assert found == {}, json.dumps(found, indent=1)


def test_every_translated_type_has_recorded_requests() -> None:
    recorded = {type_ for type_ in corpora.types() if sent_requests.recorded(type_)}
    assert types() <= recorded
    assert translated() & set(corpora.types()) <= recorded


@pytest.mark.parametrize("type_", corpora.types())
def test_recording_states_version_and_date(type_: str) -> None:
    recording = json.loads((corpora.FOLDER / type_ / "recorded.json").read_text("utf-8"))
    assert recording["provider"] == corpora.provider(type_)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", recording["date"])
    files = {file.stem for file in (corpora.FOLDER / type_).glob("*.tf")}
    assert set(recording["configurations"]) <= files


def test_every_type_of_the_corpus_has_an_agreement() -> None:
    counted = json.loads(corpora.AGREEMENT.read_text("utf-8"))
    assert sorted(counted) == corpora.types()
    assert corpora.TABLE.read_text("utf-8") == page(counted)
