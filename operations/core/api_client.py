"""Sends requests to Google's APIs, and retries those that are safe to repeat.

A request that was answered with 429 was not executed, so it is always retried. After a 5xx, a lost
connection, or a timeout the result is unknown: a read request is retried, a write request is not.
`ensure` checks first whether the change exists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from google.auth.exceptions import GoogleAuthError, TransportError
from googleapiclient.errors import HttpError
from requests import RequestException
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.google_apis import GoogleApis, Transport
from operations.core.runtime import Clock

T = TypeVar("T")

MAX_ATTEMPTS = 6
"""Requests at most; with the pauses below about a minute."""
_BACKOFF = wait_random_exponential(multiplier=1, max=32)
_LONGEST_RETRY_AFTER = 120  # seconds
_LOG_IN = "run gcloud auth application-default login, or check the workload identity"
_RETRY = "run the command again; check the network and status.cloud.google.com"
_OTHERS = "correct what the message names, and run the command again"
_ADVICE = {
    401: _LOG_IN,
    403: "grant the missing permission: docs/reference/permissions.md lists those of each command",
}
"""Advice by HTTP status."""
_BUSY = {"operationInProgress", "rateLimitExceeded", "userRateLimitExceeded"}


class GoogleError(FailedError):
    """The API returned an error. `reason` is Google's name for it, such as rateLimitExceeded."""

    def __init__(self, message: str, *, status: int, reason: str, retry_after: float = 0) -> None:
        super().__init__(message, advice=_ADVICE.get(status, _OTHERS))
        self.status, self.reason, self.retry_after = status, reason, retry_after

    @property
    def is_safe_to_retry(self) -> bool:
        """Report whether the request was not executed: quota, or another operation in progress."""
        return self.status == 429 or (self.status in {403, 409} and self.reason in _BUSY)


class UnknownResultError(FailedError):
    """There was no response, or a 5xx: the change may have been made."""


class UnreachableError(FailedError):
    """A retried request got no usable response to any attempt."""

    def __init__(self, message: str) -> None:
        super().__init__(message, advice=_RETRY)


class Fence(Protocol):
    """What has to hold while requests are sent, such as a lease; it raises where it does not."""

    def renew_if_due(self) -> None:
        """Run before each request."""

    def verify(self) -> None:
        """Run right before each request that changes something."""


class ApiClient:
    """Client for requests that `operations.core.google_apis.GoogleApis` builds."""

    def __init__(
        self,
        google: GoogleApis,
        clock: Clock,
        *,
        dry_run: bool = False,
        on_progress: Callable[[str], object] = str,
        max_attempts: int = MAX_ATTEMPTS,
    ) -> None:
        """`on_progress` gets a line before each pause, with its reason and its length."""
        self._google, self._clock, self._dry_run = google, clock, dry_run
        self._on_progress, self._max_attempts = on_progress, max_attempts
        self.fence: Fence | None = None

    def send(
        self, request: Any, *, idempotent: bool | None = None, read_only: bool | None = None
    ) -> Any:
        """Send a request and return the response.

        `read_only` states that the request changes nothing; the default is true for GET.
        `idempotent` states that the request is safe to repeat, so that it is retried when its
        result is unknown; the default is the value of `read_only`.

        Raises:
            GoogleError: The API returned an error.
            UnknownResultError: The change may have been made.
            UnreachableError: There was no response to any of `max_attempts` requests.
            BlockedError: The request would change something in a dry run.
            LeaseLostError: Another command changes the environment now.
        """
        read_only = request.method == "GET" if read_only is None else read_only
        idempotent = read_only if idempotent is None else idempotent
        if self._dry_run and not read_only:
            raise BlockedError(
                f"a dry run cannot send {_describe(request)}", advice="leave out --dry-run"
            )

        def retry(error: BaseException) -> bool:
            return (isinstance(error, UnknownResultError) and bool(idempotent)) or (
                isinstance(error, GoogleError) and error.is_safe_to_retry
            )

        def attempt() -> Any:
            if self.fence:
                self.fence.renew_if_due()
                if not read_only:
                    self.fence.verify()
            return _send(request, self._google.transport)

        try:
            return self._retrying(retry)(attempt)
        except UnknownResultError as error:
            if idempotent:
                raise UnreachableError(f"{error} ({self._max_attempts} times)") from error
            raise

    def find(self, request: Any) -> Any | None:
        """Send a request that reads one object; return None if it does not exist (404).

        Raises:
            GoogleError, UnreachableError: as in `send`.
        """
        try:
            return self.send(request, read_only=True)
        except GoogleError as error:
            if error.status == 404:
                return None
            raise

    def ensure(self, what: str, check: Callable[[], T | None], apply: Callable[[], object]) -> T:
        """Check, apply the change if it does not exist, check again, and return the result.

        `check` must also find a change in progress, or a change whose response was lost is made
        twice. After an unknown result, `check` runs before `apply` is repeated.

        Raises:
            FailedError: The API accepted the change, and it does not exist.
            GoogleError, UnknownResultError: As in `send`.
        """

        def check_and_apply() -> T:
            result = check()
            if result is None:
                apply()
                result = check()
            if result is None:
                raise FailedError(
                    f"{what}: Google Cloud accepted the request, and the object does not exist",
                    advice="run the command again; see the audit log if it fails again",
                )
            return result

        return self._retrying(lambda error: isinstance(error, UnknownResultError))(check_and_apply)

    def _retrying(self, retry: Callable[[BaseException], bool]) -> Retrying:
        return Retrying(
            retry=retry_if_exception(retry),
            stop=stop_after_attempt(self._max_attempts),
            wait=_pause,
            sleep=self._clock.sleep,
            before_sleep=self._log_pause,
            reraise=True,
        )

    def _log_pause(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._on_progress(f"{error}; retrying in {state.upcoming_sleep:.0f} s")


def _pause(state: RetryCallState) -> float:
    """Return the pause in seconds: Retry-After, else exponential backoff with jitter."""
    error = state.outcome.exception() if state.outcome else None
    retry_after = error.retry_after if isinstance(error, GoogleError) else 0
    return min(retry_after, _LONGEST_RETRY_AFTER) or _BACKOFF(state)


def _send(request: Any, transport: Transport) -> Any:
    try:
        response = request.execute(http=transport)
    except HttpError as error:
        raise _translate_error(request, error) from error
    except (RequestException, TransportError) as error:
        raise UnknownResultError(
            f"no answer to {_describe(request)}: {_root_cause(error)}", advice=_RETRY
        ) from error
    except GoogleAuthError as error:
        if error.retryable:
            raise UnknownResultError(
                f"no token for {_describe(request)}: {error}", advice=_RETRY
            ) from error
        raise UsageError(
            f"the Google credentials are not accepted: {error}", advice=_LOG_IN
        ) from error
    if isinstance(response, str):  # which Google's client passes on; a page of a proxy, say
        raise UnknownResultError(
            f"the answer to {_describe(request)} is not JSON: {response[:200]!r}",
            advice="check the proxy between this machine and Google Cloud",
        )
    return response


def _root_cause(error: Exception) -> object:
    """Return the error of urllib3 inside the one of requests, which repeats the address."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", error)


def _translate_error(request: Any, error: HttpError) -> FailedError:
    status = int(error.resp.status)
    if status >= 500 or status == 408:
        return UnknownResultError(
            f"Google answered {status} to {_describe(request)}: {error.reason}", advice=_RETRY
        )
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = [detail.get("reason", "") for detail in details if isinstance(detail, dict)]
    retry_after = str(error.resp.get("retry-after", ""))
    return GoogleError(
        f"Google answered {status} to {_describe(request)}: {error.reason}",
        status=status,
        reason=next(filter(None, reasons), ""),
        retry_after=float(retry_after) if retry_after.isdigit() else 0,
    )


def _describe(request: Any) -> str:
    """Return method and address of a request for messages, without its parameters."""
    return f"{request.method} {request.uri.partition('?')[0]}"
