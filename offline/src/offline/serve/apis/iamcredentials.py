"""Service Account Credentials: tokens and signatures, see offline.tokens."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING

from offline import tokens
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_DEFAULT_LIFETIME = "3600s"


@answers("iamcredentials.projects.serviceAccounts.generateAccessToken")
def _access_token(google: Google, request: Request) -> Resource:
    seconds = float(str(request.body.get("lifetime") or _DEFAULT_LIFETIME).removesuffix("s"))
    expires = google.now + timedelta(seconds=seconds)
    return {
        "accessToken": tokens.access_token(_email(request)),
        "expireTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


@answers("iamcredentials.projects.serviceAccounts.generateIdToken")
def _identity_token(google: Google, request: Request) -> Resource:
    email = _email(request)
    account = next(
        (
            held
            for (api, _), held in google.store.resources.items()
            if api == "iam" and held.get("email") == email
        ),
        {},
    )
    token = tokens.identity_token(
        email,
        str(account.get("uniqueId", "")),
        str(request.body.get("audience", "")),
        int(google.now.timestamp()),
        include_email=bool(request.body.get("includeEmail")),
    )
    return {"token": token}


@answers("iamcredentials.projects.serviceAccounts.signJwt")
def _jwt(_google: Google, request: Request) -> Resource:
    email = _email(request)
    token = tokens.signed(str(request.body.get("payload", "")), email)
    return {"keyId": tokens.key_id(email), "signedJwt": token}


@answers("iamcredentials.projects.serviceAccounts.signBlob")
def _blob(_google: Google, request: Request) -> Resource:
    email = _email(request)
    content = tokens.signature(f"{email}/{request.body.get('payload')}".encode())
    return {"keyId": tokens.key_id(email), "signedBlob": base64.b64encode(content).decode()}


def _email(request: Request) -> str:
    return request.path.rpartition("/")[2]
