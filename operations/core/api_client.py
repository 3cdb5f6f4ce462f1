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

from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.google_apis import GoogleApis, Transport
from operations.core.runtime import Clock

T = TypeVar("T")

MAX_ATTEMPTS = 6
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
    def is_safe_to_retry(self) -> bool:
        """Whether it may be sent again as it is: too many at once, or another operation is on."""
        return self.status == 429 or (self.status in {403, 409} and self.reason in _BUSY)


class UnknownResultError(FailedError):
    """There was no answer, or a 5xx: a change may have been made, or not."""


class UnreachableError(FailedError):
    """What may be sent again was sent TRIES times, and there was no proper answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message, advice="look at the network and at status.cloud.google.com")


class ApiClient:
    """Sends requests that `operations.core.google_apis.GoogleApis` made."""

    def __init__(
        self,
        google: GoogleApis,
        clock: Clock,
        *,
        dry_run: bool = False,
        on_progress: Callable[[str], object] = str,
    ) -> None:
        """`on_progress` gets a line before each pause: why there is one, and how long it is."""
        self._google, self._clock, self._dry_run = google, clock, dry_run
        self._on_progress = on_progress

    def send(
        self, request: Any, *, idempotent: bool | None = None, read_only: bool | None = None
    ) -> Any:
        """Send a request and return Google's answer.

        `read_only` says that it changes nothing: every GET, without it. `idempotent` says that doing it
        twice is doing it once, so that it is sent again when nobody knows whether it arrived:
        everything that reads, without it.

        Raises:
            GoogleError: Google refuses it.
            UnknownResultError: nobody knows whether the change was made.
            UnreachableError: it was sent TRIES times.
            BlockedError: it would change something in a dry run.
        """
        read_only = request.method == "GET" if read_only is None else read_only
        idempotent = read_only if idempotent is None else idempotent
        if self._dry_run and not read_only:
            raise BlockedError(f"a dry run changes nothing: {_describe(request)}")

        def retry(error: BaseException) -> bool:
            return (isinstance(error, UnknownResultError) and bool(idempotent)) or (
                isinstance(error, GoogleError) and error.is_safe_to_retry
            )

        try:
            return self._retrying(retry)(lambda: _send(request, self._google.transport))
        except UnknownResultError as error:
            if idempotent:
                raise UnreachableError(f"{error} ({MAX_ATTEMPTS} times)") from error
            raise

    def find(self, request: Any) -> Any | None:
        """Send a request that reads one thing; None when Google does not have it (404).

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
        """Look; where it is not there, change, and look again; return what was found.

        `check` must also find what is only begun, or a change whose answer was lost is made twice.
        `apply` is called again, after a look, when nobody knows whether it was made.

        Raises:
            FailedError: the change was accepted and made no difference.
            GoogleError, UnknownResultError: as in `send`.
        """

        def check_and_apply() -> T:
            result = check()
            if result is None:
                apply()
                result = check()
            if result is None:
                raise FailedError(f"{what}: Google accepted it, and it is not there")
            return result

        return self._retrying(lambda error: isinstance(error, UnknownResultError))(check_and_apply)

    def _retrying(self, retry: Callable[[BaseException], bool]) -> Retrying:
        return Retrying(
            retry=retry_if_exception(retry),
            stop=stop_after_attempt(MAX_ATTEMPTS),
            wait=_pause,
            sleep=self._clock.sleep,
            before_sleep=self._log_pause,
            reraise=True,
        )

    def _log_pause(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        self._on_progress(f"{error}; again in {state.upcoming_sleep:.0f} s")


def _pause(state: RetryCallState) -> float:
    """Wait as long as Google asks for, else longer each time and by chance."""
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
            f"no answer to {_describe(request)}: {_root_cause(error)}"
        ) from error
    except GoogleAuthError as error:
        if error.retryable:
            raise UnknownResultError(f"no token for {_describe(request)}: {error}") from error
        raise UsageError(
            f"the Google credentials are not accepted: {error}", advice=_LOG_IN
        ) from error
    if isinstance(response, str):  # which Google's client passes on; a page of a proxy, say
        raise UnknownResultError(
            f"the answer to {_describe(request)} is no JSON: {response[:200]!r}"
        )
    return response


def _root_cause(error: Exception) -> object:
    """Return what urllib3 says inside of what requests says, which repeats the address."""
    inner = error.args[0] if error.args else error
    return getattr(inner, "reason", error)


def _translate_error(request: Any, error: HttpError) -> FailedError:
    status = int(error.resp.status)
    if status >= 500 or status == 408:
        return UnknownResultError(
            f"Google answered {status} to {_describe(request)}: {error.reason}"
        )
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = [one.get("reason", "") for one in details if isinstance(one, dict)]
    retry_after = str(error.resp.get("retry-after", ""))
    return GoogleError(
        f"Google answered {status} to {_describe(request)}: {error.reason}",
        status=status,
        reason=next(filter(None, reasons), ""),
        retry_after=float(retry_after) if retry_after.isdigit() else 0,
    )


def _describe(request: Any) -> str:
    """Return a request as a line of a message, without its parameters."""
    return f"{request.method} {request.uri.partition('?')[0]}"
