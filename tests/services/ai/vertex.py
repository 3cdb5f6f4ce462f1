"""A server that answers as Vertex AI does, and checks requests with Google's discovery document."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import googleapiclient
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_LIBRARY = Path(googleapiclient.__file__).parent
_FILE = _LIBRARY / "discovery_cache" / "documents" / "aiplatform.v1.json"
PARTS = ["Hello, ", "Ada."]
TOKEN = "access-token-of-the-tests"  # noqa: S105


@cache
def _document() -> Any:
    return json.loads(_FILE.read_text(encoding="utf-8"))


def _methods(resource: Mapping[str, Any]) -> Iterator[Any]:
    yield from resource.get("methods", {}).values()
    for child in resource.get("resources", {}).values():
        yield from _methods(child)


def problems(path: str, body: Any) -> list[str]:
    """List what Google's description of the API does not know in a request."""
    for method in _methods(_document()):
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", method["flatPath"])
        if method["httpMethod"] == "POST" and re.fullmatch(pattern, path):
            return list(_unknown(method["request"], body, "body"))
    return [f"there is no method {path}"]


def _unknown(schema: Mapping[str, Any], value: Any, place: str) -> Iterator[str]:
    schema = _document()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    if isinstance(value, list):
        for item in value:
            yield from _unknown(schema.get("items", {}), item, place)
    elif isinstance(value, dict) and (known := schema.get("properties")):
        for key, inner in value.items():
            if key in known:
                yield from _unknown(known[key], inner, f"{place}.{key}")
            else:
                yield f"{place}.{key}"


@dataclass
class VertexServer:
    """What was asked, and how it is answered."""

    url: str
    requests: list[tuple[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    status: int = 200
    breaks_after: int = len(PARTS)
    """Parts of an answer after which the connection ends."""
    hangs: bool = False
    released: Event = field(default_factory=Event)


def _content(kind: str, count: int) -> Any:
    if kind == "predict":
        statistics = {"token_count": 3, "truncated": False}
        return {"predictions": [{"embeddings": {"values": [0.5, 1], "statistics": statistics}}]}
    neighbors = [{"datapoint": {"datapointId": f"doc-{n}"}, "distance": n} for n in range(count)]
    return {"nearestNeighbors": [{"id": "0", "neighbors": neighbors}]}


def credentials(server: VertexServer, folder: Path) -> str:
    """Write the key file of a service account whose tokens come from this server."""
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    content = {
        "type": "service_account",
        "client_email": "ai@example.com",
        "private_key": pem,
        "token_uri": f"{server.url}/token",
    }
    file = folder / "credentials.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


@contextmanager
def vertex() -> Iterator[VertexServer]:
    """Answer until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                self._reply({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
                return
            assert self.headers["Authorization"] == f"Bearer {TOKEN}"
            body = json.loads(content)
            path, _, query = self.path[1:].partition("?")
            kind = path.rpartition(":")[2]
            state.requests.append((kind, body))
            state.problems += problems(path, body)
            if state.status == 200 and kind == "streamGenerateContent":
                assert query == "alt=sse"
                self._stream()
            else:
                count = body.get("queries", [{}])[0].get("neighborCount", 0)
                self._reply(_content(kind, count), state.status)

        def _reply(self, content: Any, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def _stream(self) -> None:
            self.send_response(200)
            self.end_headers()
            for number, text in enumerate(PARTS[: state.breaks_after]):
                usage = {"promptTokenCount": 5, "candidatesTokenCount": 2 * (number + 1)}
                content = {"role": "model", "parts": [{"text": text}]}
                part = {"candidates": [{"content": content}], "usageMetadata": usage}
                self.wfile.write(f"data: {json.dumps(part)}\r\n\r\n".encode())
                self.wfile.flush()
            if state.hangs:
                state.released.wait(60)
            if state.breaks_after < len(PARTS):
                self.wfile.write(b"data: {torn\r\n\r\n")

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = VertexServer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            state.released.set()
            server.shutdown()
            thread.join()
