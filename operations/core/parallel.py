"""Work on several places at once, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import zip_longest
from typing import TypeVar

from operations.core.session import ReadContext, fork

C = TypeVar("C", bound=ReadContext)
T = TypeVar("T")
R = TypeVar("R")
_THREADS = 16


def at_once(
    session: C,
    work: Callable[[C, T], R],
    places: Sequence[T],
    *,
    skipped: Callable[[T], R] | None = None,
) -> list[R]:
    """Do the same for all places at once, each with a context of its own, and return the results.

    After an interrupt, places that have begun are finished, and no other one begins. `skipped`
    returns the result of those; without it, the interrupt is raised.

    Raises:
        KeyboardInterrupt: an interrupt without `skipped`, or a second one.
    """
    threads = ThreadPoolExecutor(min(_THREADS, len(places) or 1))
    sessions = [fork(session) for _ in places]
    calls: list[Future[R]] = []
    try:
        for own, place in zip(sessions, places, strict=True):
            calls.append(threads.submit(work, own, place))
        wait(calls)
    except KeyboardInterrupt:
        session.report.log("interrupted: places that have begun are finished")
        threads.shutdown(cancel_futures=True)
        if skipped is None:
            raise
        return [
            skipped(place) if call is None or call.cancelled() else call.result()
            for place, call in zip_longest(places, calls)
        ]
    threads.shutdown()
    return [call.result() for call in calls]
