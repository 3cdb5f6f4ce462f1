"""The embedded provider on the corpus, against the recorded values of the genuine one."""

import json
import re
from collections.abc import Sequence

import corpora
import pytest

from offline.compare.life import Life
from offline.compare.scratch import VERSION
from offline.terraform.session import Offline


@pytest.fixture(scope="module")
def lives() -> Sequence[Life]:
    return corpora.run_all(Offline, corpora.types(), destroy=False)[0]


def test_agreement_with_the_genuine_provider_never_falls(lives: Sequence[Life]) -> None:
    counted = corpora.counts(lives)
    fallen = {
        f"{type_}, {kind}": (counted[type_][kind][0], f"was {equal}")
        for type_, kinds in json.loads(corpora.AGREEMENT.read_text("utf-8")).items()
        for kind, (equal, _) in kinds.items()
        if counted[type_][kind][0] < equal
    }
    assert fallen == {}, "python tests/corpora.py agree TYPE lists what differs"


@pytest.mark.parametrize("type_", corpora.types())
def test_recording_states_version_and_date(type_: str) -> None:
    recording = json.loads((corpora.FOLDER / type_ / "recorded.json").read_text("utf-8"))
    assert recording["provider"] == f"hashicorp/google {VERSION}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", recording["date"])
    files = {file.stem for file in (corpora.FOLDER / type_).glob("*.tf")}
    assert set(recording["configurations"]) <= files


def test_every_type_of_the_corpus_has_an_agreement() -> None:
    assert sorted(json.loads(corpora.AGREEMENT.read_text("utf-8"))) == corpora.types()
