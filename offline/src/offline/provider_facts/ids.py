"""Ids, import forms and computed values: fills and reads the forms of the facts (README.md says
what they can contain).
"""

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from offline.provider_facts.loader import facts

_PLACE = re.compile(r"\{([a-z0-9_.]+)(\+?)(?:\|([a-z]+))?\}")
_SPACED = ("role", "member")
PLACE_OF = "@of"
"""Key of what made-up values depend on besides the resource's names: its type, or a place in it."""
NOW = "2025-01-01T00:00:00Z"
"""Time of everything: the same run gives the same state."""


def fill(form: str, values: Mapping[str, Any]) -> str:
    """Return a form with its places filled from `values` (attributes, dotted paths go into blocks
    by index).

    A value that is made up depends on `project` and on `name` or another identity alone, never on
    time.

    Raises:
        KeyError: the form needs a value that is not there.
    """

    def one(match: re.Match[str]) -> str:
        name, _, filter_ = match.groups()
        result = _at(values, name)
        if result is None and name in _MADE_UP:
            result = _MADE_UP[name](_seed(values))
        if result is None:
            raise KeyError(f"{form}: no value for {name}")
        text = str(result)
        return _FILTERS[filter_](text) if filter_ else text

    return _PLACE.sub(one, form)


def parse_import(type_: str, text: str) -> dict[str, str] | None:
    """Return the attributes that an import id gives, by the first form that fits; None when none
    does.
    """
    found = (parse(form, text) for form in facts(type_).import_formats)
    return next((values for values in found if values is not None), None)


def parse(form: str, text: str) -> dict[str, str] | None:
    """Return the values of a form's places in a string; None if the text has another form."""
    pattern, at = "", 0
    for place in _PLACE.finditer(form):
        within = ".+" if place[2] else "[^ ]+" if place[1] in _SPACED else "[^/ ]+"
        pattern += re.escape(form[at : place.start()]) + f"(?P<{place[1]}>{within})"
        at = place.end()
    match = re.fullmatch(pattern + re.escape(form[at:]), text)
    if match is None:
        return None
    quoted = {place[1] for place in _PLACE.finditer(form) if place[3] == "quoted"}
    return {
        name: unquote_plus(value) if name in quoted else value
        for name, value in match.groupdict().items()
    }


def _at(values: Mapping[str, Any], path: str) -> Any:
    result: Any = values
    for step in path.split("."):
        if isinstance(result, Mapping):
            result = result.get(step)
        elif isinstance(result, list | tuple) and step.isdigit() and int(step) < len(result):
            result = result[int(step)]
        else:
            return None
    return None if result == "" else result


def _seed(values: Mapping[str, Any]) -> str:
    scopes = ("project", "region", "location", "parent")
    names: tuple[str, ...] = ("name", "secret", "secret_id", "account_id")
    if not any(isinstance(values.get(key), str) for key in names):
        names = ("display_name", "dashboard_json")
    named = [str(values[key]) for key in (*scopes, *names) if isinstance(values.get(key), str)]
    named += [str(values[PLACE_OF])] if PLACE_OF in values else []
    return "/".join(named) or repr(sorted(str(key) for key in values))


def another(id_: str) -> dict[str, str]:
    """Return other values for the places of a form that Google fills, if it assigned `id_` before.

    The same id always gives the same values, so that two runs give the same state.
    """
    return {place: _MADE_UP[place](id_) for place in ("number", "hash", "uuid")}


def made_up(place: str, seed: str) -> str:
    """Return the value of a place that Google fills, such as `uuid`, for a seed of its own."""
    return _MADE_UP[place](seed)


def digest(text: str) -> str:
    """Return 64 hexadecimal digits that depend on the text alone."""
    return hashlib.sha256(text.encode()).hexdigest()


def project_number(project: str) -> str:
    """Return the number that a project has here: twelve digits, the same for the same id."""
    return str(10**11 + int(digest(project)[:12], 16) % (9 * 10**11))


_MADE_UP: dict[str, Callable[[str], str]] = {
    "number": lambda seed: str(10**18 + int(digest(seed)[:15], 16) % 10**18),
    "hash": lambda seed: digest(seed)[:10],
    "hex": lambda seed: digest(seed)[:3],
    "uuid": lambda seed: str(uuid.UUID(digest(seed)[:32])),
    "project_number": lambda seed: project_number(seed.split("/", maxsplit=1)[0]),
    "public_ip": lambda seed: f"203.0.113.{1 + int(digest(seed)[:6], 16) % 254}",
    "private_ip": lambda seed: f"10.64.0.{2 + int(digest(seed)[:6], 16) % 250}",
    "private_range": lambda _: "10.64.0.0/29",
    "now": lambda _: NOW,
}

_FILTERS: dict[str, Callable[[str], str]] = {
    "last": lambda text: text.rsplit("/", 1)[-1],
    "quoted": quote_plus,
    "first": lambda text: str(ipaddress.ip_network(text, strict=False)[1]),
    "short": lambda text: "".join(part[0] for part in text.split("-")),
    "slug": lambda text: re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"),
    "dashed": lambda text: text.replace(".", "-"),
}
