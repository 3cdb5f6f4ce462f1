"""Names and conditions that are too many for one condition or policy."""

from itertools import pairwise

import pytest
from constructs.monitoring.alert import Alert, Threshold
from constructs.monitoring.splitting import join_texts, split_alert, split_names
from hypothesis import given
from hypothesis.strategies import integers, lists, text

from facts import monitoring

MOST = monitoring.max_filter_characters()
NAMES = lists(text("abc-", min_size=1, max_size=60), max_size=400)


def _alert(count: int, combiner: str = "OR") -> Alert:
    conditions = [Threshold(title=str(number), filter="", value=0) for number in range(count)]
    return Alert(
        id="slow",
        title="slow",
        meaning="",
        runbook="",
        severity="ERROR",
        conditions=conditions,
        combiner="AND" if combiner == "AND" else "OR",
    )


@given(NAMES)
def test_each_group_fits_and_would_not_fit_with_the_next_name(names: list[str]) -> None:
    groups = list(split_names(names, ", ".join))
    assert [name for group in groups for name in group] == names
    assert all(len(", ".join(group)) <= MOST for group in groups)
    for group, following in pairwise(groups):
        assert len(", ".join((*group, following[0]))) > MOST


@pytest.mark.parametrize(("characters", "texts"), [(MOST - 4, 1), (MOST - 3, 2)])
def test_texts_are_joined_up_to_the_last_character(characters: int, texts: int) -> None:
    assert len(list(join_texts(["x" * characters, "y"], " + "))) == texts


@given(integers(1, 30))
def test_alert_has_a_policy_for_each_six_conditions(count: int) -> None:
    parts = list(split_alert(_alert(count)))
    titles = [condition.title for part in parts for condition in part.conditions]
    assert titles == [str(number) for number in range(count)]
    assert len(parts) == -(-count // 6)
    assert [part.id for part in parts][:3] == ["slow", "slow_2", "slow_3"][: len(parts)]


def test_conditions_that_must_hold_at_once_are_not_split() -> None:
    assert len(list(split_alert(_alert(6, "AND")))) == 1
    with pytest.raises(ValueError, match="7 conditions"):
        list(split_alert(_alert(7, "AND")))
