"""The smoke jobs: where they run, what they may do, and their program."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from constructs.compute.smoke_jobs import PROGRAM
from constructs.compute.smoke_test import TRIES

from tests.unit.parts import (
    CENTRAL,
    ENVIRONMENT_NAMES,
    OTHER_DEV,
    OTHER_PROD,
    container,
    platform,
)

MEMBER = "${google_service_account.smoke.member}"
Answer = Callable[[str, str], tuple[int, str]]


def _jobs(**changes: Any) -> list[Any]:
    found = platform("prod", changes or None).of("google_cloud_run_v2_job")
    return [job for name, job in found.items() if name.startswith("smoke")]


def test_every_region_has_one_smoke_job() -> None:
    assert [job["location"] for job in _jobs()] == ["us-central1", "us-east1"]


@pytest.mark.parametrize("changes", [{}, OTHER_PROD])
def test_smoke_jobs_send_all_traffic_through_the_vpc(changes: dict[str, Any]) -> None:
    jobs = platform("prod", changes).of("google_cloud_run_v2_job")
    for job in [one for name, one in jobs.items() if name.startswith("smoke")]:
        access = job["template"]["template"]["vpc_access"]
        assert access["egress"] == "ALL_TRAFFIC"
        assert "connector" in access or access["network_interfaces"][0]["subnetwork"]


def test_subnets_of_smoke_jobs_have_private_google_access() -> None:
    subnets = platform("prod").of("google_compute_subnetwork").values()
    assert [subnet["private_ip_google_access"] for subnet in subnets] == [True, True]


def test_smoke_job_runs_its_program_without_retries() -> None:
    for job in _jobs():
        assert job["template"]["template"]["max_retries"] == 0
        assert container(job)["command"] == ["python3", "-c", PROGRAM.read_text("utf-8")]


def test_image_is_the_configured_one() -> None:
    (job, _) = _jobs(smoke_job={"image": "ours"})
    assert container(job)["image"] == "ours"


def test_smoke_account_reads_no_secret() -> None:
    grants = platform("prod").of("google_secret_manager_secret_iam_member").values()
    assert MEMBER not in {grant["member"] for grant in grants}


def test_smoke_account_can_invoke_services_without_a_route() -> None:
    invokers = platform("dev", OTHER_DEV).of("google_cloud_run_v2_service_iam_member")
    granted = {name: invoker for name, invoker in invokers.items() if invoker["member"] == MEMBER}
    assert list(granted) == ["smoke_worker_us_central1"]
    assert granted["smoke_worker_us_central1"]["role"] == "roles/run.invoker"
    assert granted["smoke_worker_us_central1"]["location"] == CENTRAL


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_jobs_are_protected_when_configured(name: str) -> None:
    job = platform(name).get("google_cloud_run_v2_job.smoke_us_central1")
    assert job["deletion_protection"] is (name == "prod")


def test_smoke_jobs_output_names_the_jobs() -> None:
    assert platform("prod").outputs["smoke_jobs"] == {
        region: {
            "name": f"${{google_cloud_run_v2_job.smoke_{region.replace('-', '_')}.name}}",
            "region": region,
        }
        for region in ("us-central1", "us-east1")
    }


@contextmanager
def _answering(answer: Answer) -> Iterator[str]:
    """Run a server on this machine until the block ends; its address has no scheme."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.headers.get("Metadata-Flavor") or self.headers.get("Authorization")
            status, text = answer(self.path, given or "")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("statuses", "code"), [([200], 0), ([503, 200], 0), ([500] * TRIES, 1), ([403] * TRIES, 1)]
)
def test_smoke_program_exits_with_0_only_after_200(statuses: list[int], code: int) -> None:
    asked: list[tuple[str, str]] = []
    left = iter(statuses)

    def answer(path: str, given: str) -> tuple[int, str]:
        asked.append((path, given))
        return (200, "a-token") if given == "Google" else (next(left), "")

    with _answering(answer) as host:
        program = PROGRAM.read_text("utf-8").replace("= 5, 5, 60", "= 5, 0, 60")
        ended = subprocess.run(
            [sys.executable, "-c", program, "https://api.run.app", f"http://{host}/health"],
            env={"GCE_METADATA_HOST": host},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == code, ended.stderr
    metadata, health = asked[0], asked[1]
    assert metadata[0].endswith("/default/identity?audience=https%3A%2F%2Fapi.run.app")
    assert health == ("/health", "Bearer a-token")
    assert ended.stdout.count("answered") == len(statuses)
