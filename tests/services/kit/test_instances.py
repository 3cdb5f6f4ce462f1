"""Test of the graceful shutdown of an instance."""

from contextlib import suppress
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx2

from tests.services.kit.instances import Instance, instance
from tests.services.kit.tokens import bearer
from tests.services.migrations.databases import Database


def until_refused(service: Instance) -> None:
    with suppress(httpx2.TransportError):
        while True:
            service.get("/health")


def test_sigterm_completes_open_request_and_rejects_new_ones(
    environment: dict[str, str], database: Database
) -> None:
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    answers: list[Any] = []
    with instance(environment) as service, database.connect("postgres") as session:
        session.autocommit = False
        session.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        path = f"/users/{uuid4()}"
        request = Thread(target=lambda: answers.append(service.get(path, **bearer(path))))
        request.start()
        while database.query(blocked) == [0]:
            pass
        stop = Thread(target=service.stop)
        stop.start()
        until_refused(service)
        session.commit()
        request.join()
        stop.join()
    # 503 where the machine is so slow that the statement's time was over.
    assert [answer.status_code in {404, 503} for answer in answers] == [True]
    assert service.process.returncode == -15
    assert [line["message"] for line in service.log] == ["started", "stopped"]
