"""An issuer of tokens for tests: a key, and its address as the service auth has one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import get_default_algorithms

from grid_shared.service.tokens import ALGORITHM, AUDIENCE, ISSUER


@dataclass
class Key:
    """A key pair with its ID."""

    kid: str
    private: Any = field(default_factory=Ed25519PrivateKey.generate)
    algorithm: str = ALGORITHM

    @property
    def public(self) -> dict[str, str]:
        algorithm: Any = get_default_algorithms()[self.algorithm]
        jwk = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**jwk, "kid": self.kid, "alg": self.algorithm, "use": "sig"}

    def token(self, subject: str, **claims: Any) -> str:
        """Return a token that is valid for an hour; a claim that is None is left out."""
        now = time.time()
        content = {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
        given = {name: value for name, value in (content | claims).items() if value is not None}
        return jwt.encode(given, self.private, self.algorithm, {"kid": self.kid})

    def bearer(self, path: str) -> dict[str, str]:
        """Return the header of the user whose path this is."""
        user = path.removeprefix("/users/").partition("/")[0]
        return {"Authorization": f"Bearer {self.token(user)}"}


@dataclass
class Issuer:
    """Published keys, and how often they were read."""

    url: str
    keys: list[Key]
    is_away: bool = False
    reads: int = 0


@contextmanager
def issuer(*keys: Key) -> Iterator[Issuer]:
    """Publish keys until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.reads += 1
            self.send_response(503 if state.is_away else 200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [key.public for key in state.keys]}).encode())

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = Issuer(f"http://127.0.0.1:{server.server_port}/jwks", list(keys))
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


KEY = Key("tests")
bearer = KEY.bearer
token = KEY.token
