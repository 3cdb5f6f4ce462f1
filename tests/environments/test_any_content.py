"""Whatever a file has where, it is a valid environment or has problems; nothing raises."""

from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st

from environments.placeholders import matches
from environments.problems import Path
from tests.environments.samples import (
    NAMED,
    PROJECT,
    Content,
    changed,
    content,
    dotted,
    paths,
    problems_of,
    put,
)

NAMES = (*PROJECT, "full")
EVERYTHING = [(name, path) for name in NAMES for path, _ in paths(content(name))]


@pytest.mark.parametrize("name", NAMES)
def test_check_reports_one_problem_for_each_value_of_the_wrong_type(name: str) -> None:
    for path, value in paths(content(name)):
        wrong = 5 if isinstance(value, dict | list) else {"wrong": 1}
        assert [where for where, _, _ in problems_of(changed(name, {dotted(path): wrong}))] == [
            dotted(path)
        ]


def _is_key(path: Path) -> bool:
    """Whether a path ends in a key of the schema, not in a name or an item."""
    above = path[:-1]
    return isinstance(path[-1], str) and not any(matches(named, above) for named in NAMED)


def _renamed(contents: Content, path: Path, key: str) -> Content:
    """Return the content with another last key of the path, in the same place."""
    *above, last = path
    section: Any = contents
    for step in above:
        section = section[step]
    items = [(key if name == last else name, value) for name, value in section.items()]
    section.clear()
    section.update(items)
    return contents


@st.composite
def misspelt(draw: st.DrawFn, word: str) -> str:
    """Return a word with one letter missing, doubled, or swapped with its neighbor."""
    at = draw(st.integers(0, len(word) - 2))
    return draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )


@settings(deadline=None)
@given(st.data(), st.sampled_from([(name, path) for name, path in EVERYTHING if _is_key(path)]))
def test_check_names_the_path_of_a_misspelt_key(
    draw: st.DataObject, place: tuple[str, Path]
) -> None:
    name, path = place
    key = draw.draw(misspelt(str(path[-1])))
    assume(key != path[-1])
    problems = problems_of(_renamed(content(name), path, key))
    typo, missing = dotted((*path[:-1], key)), dotted(path)
    assert (typo, f"unknown key {key!r}") in [(where, actual) for where, actual, _ in problems]
    assert {where for where, _, _ in problems} <= {typo, missing}


KEYS = st.text(max_size=5) | st.sampled_from(["*", "[key]", "cpu", "range", "us-east1"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.sampled_from(EVERYTHING), ANYTHING)
def test_check_never_raises_and_never_quotes_pydantic(place: tuple[str, Path], value: Any) -> None:
    name, path = place
    wrong = content(name)
    put(wrong, path, value)
    for where, actual, expected in problems_of(wrong, name):
        assert where
        assert actual
        assert not any(
            word in expected for word in ("Input", "String", "should", "valid ", "pattern")
        )


SECTIONS = [
    path
    for path, value in paths(content("full"))
    if isinstance(value, dict) and path != ("database", "flags")
]
"""Where not every key is right."""


@pytest.mark.parametrize("key", ["*", "[key]", "", "0", "."])
def test_check_reports_one_problem_for_an_odd_key(key: str) -> None:
    for path in [(), *SECTIONS]:
        wrong = content("full")
        put(wrong, (*path, key), "odd")
        assert [where for where, _, _ in problems_of(wrong)] == [dotted((*path, key))]
