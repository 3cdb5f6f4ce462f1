"""Sends requests, and sends again what may be sent again.

A request that was answered 429 was not carried out, so it is always sent again. After a 5xx, a lost
connection or no answer in time nobody knows; what only reads is sent again, and a change is not:
`ensure` looks whether it happened first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from google.auth.exceptions import GoogleAuthError, TransportError
from googleapiclient.errors import HttpError
from requests import RequestException
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from operations.core.errors import FailedError, RefusedError, UsageError
from operations.core.google_apis import Google, Transport
from operations.core.runtime import Clock

T = TypeVar("T")

TRIES = 6
"""How often at most; with the waits below about a minute."""
_BACKOFF = wait_random_exponential(multiplier=1, max=32)
_LONGEST_RETRY_AFTER = 120  # seconds
_LOG_IN = "run gcloud auth application-default login, or look at the workload identity"
_ADVICE = {
    401: _LOG_IN,
    403: "where a permission is missing, docs/ci.md, What grid needs, has the roles",
}
"""What to do, by the HTTP status of a refusal."""
_BUSY = {"operationInProgress", "rateLimitExceeded", "userRateLimitExceeded"}


class GoogleError(FailedError):
    """Google refused a request. `status` is the HTTP status, `reason` Google's word for it."""

    def __init__(self, message: str, *, status: int, reason: str, retry_after: float = 0) -> None:
        super().__init__(message, advice=_ADVICE.get(status, ""))
        self.status, self.reason, self.retry_after = status, reason, retry_after

    @property
    def not_carried_out(self) -> bool:
        """Whether it may be sent again as it is: too many at once, or another operation is on."""
        return self.status == 429 or (self.status in {403, 409} and self.reason in _BUSY)


class UnsureError(FailedError):
    """There was no answer, or a 5xx: a change may have been made, or not."""


class UnreachableError(FailedError):
    """What may be sent again was sent TRIES times, and there was no proper answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message, advice="look at the network and at status.cloud.google.com")


class Calls:
    """Sends requests that `operations.core.google_apis.Google` made."""

    def __init__(
        self,
        google: Google,
        clock: Clock,
        *,
        dry_run: bool = False,
        told: Callable[[str], object] = str,
    ) -> None:
        """`told` gets a line before each pause: why there is one, and how long it is."""
        self._google, self._clock, self._dry_run = google, clock, dry_run
        self._told = told

    def call(self, request: Any, *, again: bool | None = None, reads: bool | None = None) -> Any:
        """Send a request and return Google's answer.

        `reads` says that it changes nothing: every GET, without it. `again` says that doing it
        twice is doing it once, so that it is sent again when nobody knows whether it arrived:
        everything that reads, without it.

        Raises:
            GoogleError: Google refuses it.
            UnsureError: nobody knows whether the change was made.
            UnreachableError: it was sent TRIES times.
            RefusedError: it would change something in a dry run.
        """
        reads = request.method == "GET" if reads is None else reads
        again = reads if again is None else again
        if self._dry_run and not reads:
            raise RefusedError(f"a dry run changes nothing: {_told(request)}")

        def retry(error: BaseException) -> bool:
            return (isinstance(error, UnsureError) and bool(again)) or (
                isinstance(error, GoogleError) and error.not_carried_out
            )

        try:
            return self._retrying(retry)(lambda: _send(request, self._google.transport))
        except UnsureError as error:
            if again:
                raise UnreachableError(f"{error} ({TRIES} times)") from error
            raise

    def find(self, request: Any) -> Any | None:
        """Send a request that reads one thing; None when Google does not have it (404).

        Raises:
            GoogleError, UnreachableError: as in `call`.
        """
        try:
            return self.call(request, reads=True)
        except GoogleError as error:
            if error.status == 404:
                return None
            raise

    def ensure(self, what: str, look: Callable[[], T | None], change: Callable[[], object]) -> T:
        """Look; where it is not there, change, and look again; return what was found.

        `look` must also find what is only begun, or a change whose answer was lost is made twice.
        `change` is called again, after a look, when nobody knows whether it was made.

        Raises:
            FailedError: the change was accepted and made no difference.
            GoogleError, UnsureError: as in `call`.
        """

        def once() -> T:
            found = look()
            if found is None:
                change()
                found = look()
            if found is None:
                raise FailedError(f"{what}: Google accepted it, and it is not there")
            return found

        return self._retrying(lambda error: isinstance(error, UnsureError))(once)

    def _retrying(self, retry: Callable[[BaseException], bool]) -> Retrying:
        return Retrying(
            retry=retry_if_exception(retry),
            stop=stop_after_attempt(TRIES),
            wait=_pause,
            sleep=self._clock.sleep,
            before_sleep=self._pausing,
            reraise=True,
        )

    def _pausing(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._told(f"{error}; again in {state.upcoming_sleep:.0f} s")


def _pause(state: RetryCallState) -> float:
    """Wait as long as Google asks for, else longer each time and by chance."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, GoogleError) else 0
    return min(asked, _LONGEST_RETRY_AFTER) or _BACKOFF(state)


def _send(request: Any, transport: Transport) -> Any:
    try:
        answer = request.execute(http=transport)
    except HttpError as error:
        raise _translated(request, error) from error
    except (RequestException, TransportError) as error:
        raise UnsureError(f"no answer to {_told(request)}: {_because(error)}") from error
    except GoogleAuthError as error:
        if error.retryable:
            raise UnsureError(f"no token for {_told(request)}: {error}") from error
        raise UsageError(
            f"the Google credentials are not accepted: {error}", advice=_LOG_IN
        ) from error
    if isinstance(answer, str):  # which Google's client passes on; a page of a proxy, say
        raise UnsureError(f"the answer to {_told(request)} is no JSON: {answer[:200]!r}")
    return answer


def _because(error: Exception) -> object:
    """Return what urllib3 says inside of what requests says, which repeats the address."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", error)


def _translated(request: Any, error: HttpError) -> FailedError:
    status = int(error.resp.status)
    if status >= 500 or status == 408:
        return UnsureError(f"Google answered {status} to {_told(request)}: {error.reason}")
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = [one.get("reason", "") for one in details if isinstance(one, dict)]
    asked = str(error.resp.get("retry-after", ""))
    return GoogleError(
        f"Google answered {status} to {_told(request)}: {error.reason}",
        status=status,
        reason=next(filter(None, reasons), ""),
        retry_after=float(asked) if asked.isdigit() else 0,
    )


def _told(request: Any) -> str:
    """Return a request as a line of a message, without its parameters."""
    return f"{request.method} {request.uri.partition('?')[0]}"
