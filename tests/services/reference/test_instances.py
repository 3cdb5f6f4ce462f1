"""The end of an instance: a process of its own, as Cloud Run starts and stops it."""

from contextlib import suppress
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx2

from tests.services.migrations.databases import Database
from tests.services.reference.instances import Instance, instance


def until_refused(one: Instance) -> None:
    with suppress(httpx2.TransportError):
        while True:
            one.get("/health")


def test_sigterm_lets_a_request_end_and_takes_no_other(
    environment: dict[str, str], database: Database
) -> None:
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    answers: list[Any] = []
    with instance(environment) as one, database.connect("postgres") as other:
        other.autocommit = False
        other.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        path = f"/users/{uuid4()}"
        request = Thread(target=lambda: answers.append(one.get(path)))
        request.start()
        while database.ask(blocked) == [0]:
            pass
        stop = Thread(target=one.stop)
        stop.start()
        until_refused(one)
        other.commit()
        request.join()
        stop.join()
    # 503 where the machine is so slow that the statement's time was over.
    assert [answer.status_code in {404, 503} for answer in answers] == [True]
    assert one.process.returncode == -15
    assert [line["message"] for line in one.log] == ["started", "stopped"]
