"""How the random provider draws values, and how it reads them from an import id."""

from __future__ import annotations

import base64
import random
import secrets
import string
import uuid
from collections.abc import Callable
from typing import Any

from offline.protocol.contract import ProviderError, Value

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
CLASSES = (
    ("upper", "min_upper", string.ascii_uppercase),
    ("lower", "min_lower", string.ascii_lowercase),
    ("numeric", "min_numeric", string.digits),
    ("special", "min_special", _SPECIAL),
)
_ADJECTIVES = (
    "able bold brave calm clever cool crisp eager fair fine glad grand keen kind neat proud".split()
)
_ADVERBS = (
    "barely boldly calmly deeply fairly gladly hardly highly kindly lightly mildly mostly".split()
)
_ANIMALS = (
    "ant bat bear bee bird cat crab crow deer dog dove duck eel elk fish fox frog goat hawk".split()
)
_BCRYPT = string.ascii_letters + string.digits + "./"

DEFAULTS: dict[str, Any] = {
    **{name: True for name, _, _ in CLASSES},
    **{least: 0 for _, least, _ in CLASSES},
}


def _text(asked: Value) -> str:
    """Draw a string that holds the least number of every class of characters."""
    alphabet, must = "", []
    for name, least, characters in CLASSES:
        usable = (asked.get("override_special") or characters) if name == "special" else characters
        if asked.get(name) is not False:
            alphabet += usable
        must += [secrets.choice(usable) for _ in range(int(asked.get(least) or 0))]
    if not alphabet:
        raise ProviderError("At least one of upper, lower, numeric and special must be true")
    drawn = must + [secrets.choice(alphabet) for _ in range(int(asked["length"]) - len(must))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def password(asked: Value) -> Value:
    """Draw a password; the hash has bcrypt's form, but is of nothing: no one signs in with it."""
    hashed = "".join(secrets.choice(_BCRYPT) for _ in range(53))
    return {"id": "none", "result": _text(asked), "bcrypt_hash": f"$2a$10${hashed}"}


def _string(asked: Value) -> Value:
    text = _text(asked)
    return {"id": text, "result": text}


def _id(asked: Value) -> Value:
    return _id_of(secrets.token_bytes(int(asked["byte_length"])), asked.get("prefix") or "")


def _id_of(drawn: bytes, prefix: str) -> Value:
    url = base64.urlsafe_b64encode(drawn).decode().rstrip("=")
    return {
        "id": url,
        "b64_url": prefix + url,
        "b64_std": prefix + base64.b64encode(drawn).decode(),
        "hex": prefix + drawn.hex(),
        "dec": prefix + str(int.from_bytes(drawn)),
    }


def _bytes(asked: Value) -> Value:
    drawn = secrets.token_bytes(int(asked["length"]))
    return {"base64": base64.b64encode(drawn).decode(), "hex": drawn.hex()}


def _integer(asked: Value) -> Value:
    drawn = _generator(asked).randint(int(asked["min"]), int(asked["max"]))
    return {"id": str(drawn), "result": drawn}


def _pet(asked: Value) -> Value:
    length, separator = int(asked.get("length") or 2), asked.get("separator")
    words = [secrets.choice(_ADVERBS) for _ in range(length - 2)]
    words += [secrets.choice(_ADJECTIVES)] if length > 1 else []
    words += [secrets.choice(_ANIMALS)]
    prefix = [asked["prefix"]] if asked.get("prefix") else []
    return {"id": ("-" if separator is None else separator).join(prefix + words)}


def _shuffle(asked: Value) -> Value:
    items = list(asked.get("input") or [])
    value = asked.get("result_count")
    count = len(items) if value is None else int(value)
    generator, drawn = _generator(asked), list[Any]()
    while items and len(drawn) < count:  # asked for more than there are, it starts over
        drawn += generator.sample(items, len(items))
    return {"id": "-", "result": drawn[:count]}


def _uuid(_asked: Value) -> Value:
    drawn = str(uuid.uuid4())
    return {"id": drawn, "result": drawn}


def _generator(asked: Value) -> random.Random:
    """Return a source of chance: with a seed the same every time, although not the provider's
    same.
    """
    return random.Random(asked["seed"]) if asked.get("seed") else secrets.SystemRandom()  # noqa: S311


def _import_id(text: str) -> Value:
    prefix, _, url = text.rpartition(",")
    drawn = base64.urlsafe_b64decode(url + "=" * (-len(url) % 4))
    return {**_id_of(drawn, prefix), "byte_length": len(drawn), "prefix": prefix or None}


def _import_text(text: str) -> Value:
    return {**DEFAULTS, "number": True, "length": len(text), "result": text}


def _import_integer(text: str) -> Value:
    result, least, most, *seed = text.split(",")
    return {
        "id": result,
        "result": int(result),
        "min": int(least),
        "max": int(most),
        "seed": seed[0] if seed else None,
    }


GENERATORS: dict[str, Callable[[Value], Value]] = {
    "random_bytes": _bytes,
    "random_id": _id,
    "random_integer": _integer,
    "random_password": password,
    "random_pet": _pet,
    "random_shuffle": _shuffle,
    "random_string": _string,
    "random_uuid": _uuid,
}
IMPORTERS: dict[str, Callable[[str], Value]] = {
    "random_id": _import_id,
    "random_integer": _import_integer,
    "random_password": lambda text: {**_import_text(text), "id": "none"},
    "random_string": lambda text: {**_import_text(text), "id": text},
    "random_uuid": lambda text: {"id": str(uuid.UUID(text)), "result": str(uuid.UUID(text))},
}
