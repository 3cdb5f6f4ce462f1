"""Errors as Google's REST APIs return them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
"""Name of google.rpc.Code by HTTP status (page "Errors" of the API design guide,
https://cloud.google.com/apis/design/errors)."""
_REASONS = {400: "invalid", 403: "forbidden", 404: "notFound", 409: "alreadyExists"}


class ApiError(Exception):
    """The API returns an error.

    `reason` is the word of the older APIs, such as notFound; `fields` are the violations of a
    request that does not fit its discovery document.
    """

    def __init__(
        self,
        status: int,
        message: str,
        reason: str = "",
        *,
        name: str = "",
        fields: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.fields = status, message, tuple(fields)
        self.reason = reason or _REASONS.get(status, "")
        self.name = name or _STATUS.get(status, "INTERNAL")

    def body(self) -> dict[str, Any]:
        """Return the JSON of the answer, with the parts that old and new clients read."""
        error: dict[str, Any] = {
            "code": self.status,
            "message": self.message,
            "status": self.name,
            "errors": [{"message": self.message, "domain": "global", "reason": self.reason}],
        }
        if self.fields:
            violations = [{"description": text} for text in self.fields]
            kind = "type.googleapis.com/google.rpc.BadRequest"
            error["details"] = [{"@type": kind, "fieldViolations": violations}]
        return {"error": error}


class NotFoundError(ApiError):
    """A resource does not exist."""

    def __init__(self, what: str) -> None:
        super().__init__(404, f"Resource '{what}' was not found")
