"""What Apigee knows: the elements of its bundles, as far as ours use them, and its conditions.

Source: Apigee docs, the reference page of each policy, "Flow variables", "API proxy configuration".
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from xml.etree.ElementTree import Element, fromstring

from constructs.gateway.bundle import bundle

POLICIES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "AssignMessage": {
        "": frozenset("AssignTo DisplayName IgnoreUnresolvedVariables Remove Set".split()),
        "Remove": frozenset({"Headers"}),
        "Set": frozenset("Headers Payload ReasonPhrase StatusCode".split()),
    },
    "Quota": {
        "": frozenset("Allow DisplayName Distributed Identifier Interval TimeUnit".split()),
    },
    "SpikeArrest": {"": frozenset("DisplayName Identifier Rate UseEffectiveCount".split())},
    "VerifyAPIKey": {"": frozenset({"APIKey", "DisplayName"})},
}
"""Elements by policy, and by the element that they are in."""
ATTRIBUTES = frozenset({"name", "continueOnError", "enabled"})
"""Attributes that every policy may have."""
TARGET_PROPERTIES = frozenset({"connect.timeout.millis", "io.timeout.millis", "success.codes"})
VARIABLES = re.compile(
    r"request\.(verb|header\.[\w-]+)|proxy\.pathsuffix|fault\.name|client\.resolved\.ip"
    r"|message\.status\.code|oauthV2\.(?P<key_policy>\w+)\.failed"
    r"|verifyapikey\.(?P<policy>\w+)\.(client_id|apiproduct\.developer\.quota\.\w+)"
)
"""Flow variables."""
VALUES: Mapping[str, Mapping[str, object]] = {
    "api": {
        "target_host": "api.example.com",
        "target_timeout_millis": 55000,
        "app_requests_per_minute": 600,
    },
    "rate-limiting": {"requests_per_second": 10},
}
"""Values for our bundles by their sources."""
PROXY = "apiproxy/proxies/default.xml"
_TOKEN = re.compile(r'\s*(\(|\)|and\b|or\b|!=|=|"[^"]*"|true\b|false\b|[A-Za-z][\w.-]*)')


def zipped(source: str) -> bytes:
    """Return the bundle of a source with `VALUES`."""
    return bundle(source, f"the-{source}", VALUES[source])


@cache
def ours(source: str) -> dict[str, Element]:
    """Return the parsed files of the bundle of a source."""
    return files(zipped(source))


def files(content: bytes) -> dict[str, Element]:
    """Return the parsed files of a bundle by their paths."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314


def policies(source: str) -> dict[str, Element]:
    """Return the policies of a source by the names of their files."""
    found = {path: root for path, root in ours(source).items() if "/policies/" in path}
    return {path.rpartition("/")[2].removesuffix(".xml"): root for path, root in found.items()}


def attribute(root: Element, path: str, name: str) -> str:
    """Return an attribute of the first element at a path."""
    found = root.find(path)
    assert found is not None, path
    return found.get(name, "")


def texts(parsed: Mapping[str, Element], tag: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [one.text or "" for root in parsed.values() for one in root.iter(tag)]


def variables(condition: str) -> Iterator[str]:
    """List the variables that a condition reads.

    Raises:
        AssertionError: it is not a condition: comparisons, joined by and and or, in brackets.
    """
    tokens = _tokens(condition)
    yield from _any(tokens)
    assert not tokens, f"{tokens} is left of {condition}"


def _tokens(condition: str) -> list[str]:
    found, at = [], 0
    while at < len(condition.rstrip()):
        match = _TOKEN.match(condition, at)
        assert match, f"{condition[at:]!r} in {condition}"
        found.append(match[1])
        at = match.end()
    return found


def _any(tokens: list[str]) -> Iterator[str]:
    yield from _one(tokens)
    while tokens and tokens[0] in ("and", "or"):
        tokens.pop(0)
        yield from _one(tokens)


def _one(tokens: list[str]) -> Iterator[str]:
    assert tokens, "something is missing"
    if tokens[0] == "(":
        tokens.pop(0)
        yield from _any(tokens)
        assert tokens[:1] == [")"], "a bracket stays open"
        tokens.pop(0)
        return
    assert len(tokens) >= 3, f"no comparison: {tokens}"
    variable, operator, value = (tokens.pop(0) for _ in range(3))
    assert operator in ("=", "!="), operator
    assert value[0] == '"' or value in ("true", "false"), value
    yield variable
