"""Service Account Credentials: the token of an account is its e-mail address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("iamcredentials.projects.serviceAccounts.generateAccessToken")
def _token(google: Google, request: Request) -> Resource:
    expires = google.now + timedelta(hours=1)
    email = request.path.rpartition("/")[2]
    return {"accessToken": email, "expireTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}
