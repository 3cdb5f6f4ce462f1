"""The ephemeral resources of hashicorp/google 6.50.0, which google-beta has too: tokens and the
public key of a service account. ephemeral.json has their schemas.

An account that is not in this cloud is presumed to exist, as for data sources. None of them has to
be renewed or closed. Source: google/services/resourcemanager/ephemeral_google_service_account_*.go
of the provider at v6.50.0.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from offline import tokens
from offline.cloud.fake_cloud import FakeCloud
from offline.engine import go
from offline.protocol.contract import Finding, ProviderError, Settings, Value
from offline.protocol.values import UNKNOWN
from offline.provider_facts.ids import fill
from offline.schema.blocks import Block, block_from_json

# fwvalidators.ServiceAccountEmailPatterns
_ACCOUNT = re.compile(
    r".+@(?:.+\.iam|developer|appspot|cloudservices|cloudbuild)\.gserviceaccount\.com"
)
_PROJECT = (  # verify.ProjectRegexWildCard
    r"(?:(?:[-a-z0-9]{1,63}\.)*(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):)?"
    r"(?:[0-9]{1,19}|(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)|-)"
)
_KEY = rf"projects/{_PROJECT}/serviceAccounts/(.+)/keys/(.+)"  # verify.ServiceAccountKeyNameRegex
_KEY_TYPES = ("TYPE_X509_PEM_FILE", "TYPE_RAW_PUBLIC_KEY")
_LONGEST = 3600
"""Seconds that an access token lives at most."""


def schemas() -> dict[str, Block]:
    """Return the blocks by type."""
    text = Path(__file__).with_name("ephemeral.json").read_text(encoding="utf-8")
    return {name: block_from_json(raw) for name, raw in json.loads(text).items()}


def validate(config: Value) -> Iterator[Finding]:
    """Yield what the provider's validators reject."""
    set_ = {k: v for k, v in config.items() if v is not None and v is not UNKNOWN}
    if "target_service_account" in set_:
        yield from _account("target_service_account", set_["target_service_account"])
    for delegate in set_.get("delegates", ()):
        if delegate is not UNKNOWN:
            yield from _account("delegates", delegate)
    if "lifetime" in set_:
        yield from _lifetime(set_["lifetime"])
    if set_.get("expires_in", 1) < 1:
        yield Finding(
            "Invalid Attribute Value",
            f"Attribute expires_in value must be at least 1, got: {set_['expires_in']}",
            ("expires_in",),
        )
    if "name" in set_ and not re.search(_KEY, set_["name"]):
        yield _no_match("name", f"must match regex: {_KEY}, got: {set_['name']}")
    if set_.get("public_key_type", _KEY_TYPES[0]) not in _KEY_TYPES:
        names = " ".join(go.quoted(go.quoted(name)) for name in _KEY_TYPES)
        actual = go.quoted(set_["public_key_type"])
        yield _no_match("public_key_type", f"value must be one of: [{names}], got: {actual}")


def open_(type_: str, config: Value, settings: Settings, cloud: FakeCloud) -> Value:
    """Return the whole value of an ephemeral resource.

    Raises:
        ProviderError: a payload is no JSON.
    """
    email = config.get("target_service_account") or _default_account(settings)
    if type_ == "google_service_account_access_token":
        return {
            **config,
            "lifetime": config.get("lifetime") or f"{_LONGEST}s",
            "access_token": tokens.access_token(email),
        }
    if type_ == "google_service_account_id_token":
        token = tokens.identity_token(
            email,
            _unique_id(email, cloud),
            config["target_audience"],
            int(time.time()),
            include_email=bool(config.get("include_email")),
        )
        return {**config, "id_token": token}
    if type_ == "google_service_account_jwt":
        return {**config, "jwt": tokens.signed(_payload(config), email)}
    return {**config, "key_algorithm": "KEY_ALG_RSA_2048", "public_key": tokens.public_key()}


def _account(name: str, email: str) -> Iterator[Finding]:
    """ServiceAccountEmailValidator."""
    summary = "Invalid Service Account Name"
    if not email:
        yield Finding(summary, "Service account name must not be empty")
    elif not _ACCOUNT.fullmatch(email):
        yield Finding(
            summary,
            "Service account name must match one of the expected patterns for Google service "
            "accounts",
            (name,),
        )


def _lifetime(text: str) -> Iterator[Finding]:
    """BoundedDuration."""
    seconds = go.duration(text)
    if seconds is None:
        yield Finding(
            "Invalid Duration Format",
            "Duration must be a valid duration string (e.g., '3600s', '1h')",
            ("lifetime",),
        )
    elif not 0 <= seconds <= _LONGEST:
        yield Finding("Invalid Duration", "Duration must be between 0s and 1h0m0s", ("lifetime",))


def _no_match(name: str, why: str) -> Finding:
    return Finding("Invalid Attribute Value Match", f"Attribute {name} {why}", (name,))


def _payload(config: Value) -> str:
    """Return the claims, with the time at which they expire if the configuration limits it."""
    text = str(config["payload"])
    try:
        claims: Any = json.loads(text)
    except ValueError as error:
        raise ProviderError("Error decoding payload", go.json_error(text, error)) from error
    if config.get("expires_in") is None:
        return text
    claims["exp"] = int(time.time()) + config["expires_in"]
    return json.dumps(claims, sort_keys=True, separators=(",", ":"))


def _default_account(settings: Settings) -> str:
    """Return who runs Terraform: an account of the provider's project."""
    return str(
        settings.get("impersonate_service_account")
        or f"terraform@{settings.get('project') or 'offline'}.iam.gserviceaccount.com"
    )


def _unique_id(email: str, cloud: FakeCloud) -> str:
    accounts = cloud.of("google_service_account")
    own = next((held["unique_id"] for held in accounts if held.get("email") == email), None)
    return str(own or fill("{number}", {"name": email}))
