"""Tests of the circuit breaker."""

import random

from grid_shared.cache.breaker import Breaker

LATER = 2 * Breaker.PAUSE


def _opened(now: list[float]) -> Breaker:
    breaker = Breaker(lambda: now[0], random.Random(1), "test")
    for _ in range(Breaker.THRESHOLD):
        assert breaker.allows_call()
        breaker.record_failure()
    return breaker


def test_breaker_opens_after_consecutive_failures() -> None:
    breaker = _opened([0.0])
    assert breaker.is_open
    assert not breaker.allows_call()


def test_breaker_stays_closed_when_a_call_succeeds() -> None:
    breaker = Breaker(lambda: 0.0, random.Random(1), "test")
    for _ in range(3 * Breaker.THRESHOLD):
        breaker.record_failure()
        breaker.record_success()
    assert not breaker.is_open


def test_breaker_allows_one_trial_call_after_the_pause() -> None:
    now = [0.0]
    breaker = _opened(now)
    now[0] = LATER
    assert [breaker.allows_call() for _ in range(10)] == [True] + [False] * 9
    breaker.record_failure()
    assert not breaker.allows_call()
    now[0] = 2 * LATER
    assert breaker.allows_call()
    breaker.record_success()
    assert all(breaker.allows_call() for _ in range(10))


def test_breaker_allows_next_trial_when_a_trial_has_no_result() -> None:
    now = [0.0]
    breaker = _opened(now)
    now[0] = LATER
    assert breaker.allows_call()  # and is cancelled
    now[0] = 2 * LATER
    assert breaker.allows_call()


def test_breaker_pause_has_jitter() -> None:
    now = [0.0]
    first = {}
    for seed in range(10):
        breaker = Breaker(lambda: now[0], random.Random(seed), "test")
        for _ in range(Breaker.THRESHOLD):
            breaker.record_failure()
        now[0] = 0.0
        while not breaker.allows_call():
            now[0] += 0.01
        first[seed] = round(now[0], 2)
        now[0] = 0.0
    assert len(set(first.values())) > 5
    assert all(0.8 <= tried <= 1.21 for tried in first.values())
