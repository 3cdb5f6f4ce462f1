"""`python -m benchmarks.live URL PROJECT`: let a user sign in, read, write, ask and search.

Prints the number of answers of each service by status as JSON. URL is that of a served Google.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import uvicorn

from benchmarks.live.metrics import metrics_at
from grid_migrations.seed import seed
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator
from tests.services.ai.vertex import credentials, vertex
from tests.services.auth.identities import ADA, CLIENT_ID, ISSUER, PROVIDER, id_token
from tests.services.kit.applications import application
from tests.services.kit.tokens import issuer
from tests.services.migrations import databases
from tests.services.servers import postgres_server, redis_server
from tests.services.servers.process import free_port

READS = 20


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[str]:
    """Run a service in this process, and return its address."""
    port = free_port()
    config = uvicorn.Config(application(environment), port=port, log_config=None)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.02)
    if not server.started:
        raise RuntimeError(f"{environment['SERVICE']} did not start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def _services(url: str, project: str) -> Iterator[dict[str, str]]:
    """Run auth, api and ai with PostgreSQL, Redis, an OpenID provider and a Vertex AI."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(redis_server())
        google = stack.enter_context(vertex())
        database = databases.create(stack.enter_context(postgres_server()))
        Migrator(database.settings).upgrade()
        seed(Settings.of(database.environment | {"NODE_ENV": "development"}), development=True)
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = credentials(google, folder)
        environment = {
            "GOOGLE_CLOUD_PROJECT": project,
            "DATABASE_URL": database.environment["DATABASE_URL"].replace(
                database.owner, database.app
            ),
            "REDIS_URL": redis.url,
            "REDIS_CA_CERTS": redis.ca,
            "JWT_SECRET": "generated-secret-of-the-rehearsal-of-32-bytes",
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_ISSUER": ISSUER,
            "OIDC_JWKS_URL": stack.enter_context(issuer(PROVIDER)).url,
            "VERTEX_AI_PROJECT": project,
            "VERTEX_AI_LOCATION": "us-central1",
            "VERTEX_AI_ENDPOINT": google.url,
            "VECTOR_INDEX_ENDPOINT_ID": "1",
            "VECTOR_DEPLOYED_INDEX_ID": "grid",
            "VECTOR_PUBLIC_ENDPOINT_DOMAIN": google.url,
        }
        stack.enter_context(metrics_at(url))
        addresses: dict[str, str] = {}
        for service in ("auth", "api", "ai"):
            variables = environment | {"SERVICE": service}
            addresses[service] = stack.enter_context(_served(variables))
            environment["JWKS_URL"] = f"{addresses['auth']}/auth/.well-known/jwks.json"
        yield addresses


def _use(addresses: Mapping[str, str]) -> dict[str, Counter[int]]:
    """Do what a user does, and count the answers by service and status."""
    answers: dict[str, Counter[int]] = {service: Counter() for service in addresses}
    headers: dict[str, str] = {}
    with httpx2.Client(timeout=60) as client:

        def send(service: str, method: str, path: str, body: Any = None) -> httpx2.Response:
            url = f"{addresses[service]}/{service}{path}"
            answer = client.request(method, url, json=body, headers=headers)
            answers[service][answer.status_code] += 1
            return answer

        issued = send("auth", "POST", "/token", {"id_token": id_token()}).json()
        headers["Authorization"] = f"Bearer {issued['access_token']}"
        send("auth", "POST", "/refresh", {"refresh_token": issued["refresh_token"]})
        for number in range(READS):
            send("api", "GET", f"/users/{ADA}")
            if number == READS // 2:
                send("api", "PATCH", f"/users/{ADA}", {"display_name": "Countess"})
        send("ai", "POST", "/chat", {"messages": [{"role": "user", "text": "Who are you?"}]})
        for _ in range(2):
            send("ai", "POST", "/search", {"text": "Grid"})
    return answers


if __name__ == "__main__":
    with _services(*sys.argv[1:]) as addresses:
        answers = _use(addresses)
    print(json.dumps(answers))
