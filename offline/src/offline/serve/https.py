"""Requests to Google's own addresses, by https: a proxy that answers them on this machine.

No variable of the provider leads some of its requests elsewhere: data sources with an address in
their code, tokens of a service account's key, impersonation, and APIs that a version newer than
the table of endpoints has. A client that has HTTPS_PROXY and trusts the certificate of `authority`
sends them here.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import ssl
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offline.serve import untyped
from offline.serve.discovery import has_documents
from offline.tokens import access_token

_GOOGLE = re.compile(r"(?:[a-z0-9-]+\.)+(?:googleapis|google)\.com")
_HOUR = 3600
"""Seconds that a token is valid."""


class Authority:
    """A certificate authority of this process, and certificates for hosts that it signs."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="offline-certificates-")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "offline Google")])
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.file = Path(self._folder.name, "authority.pem")
        """Its certificate, for SSL_CERT_FILE."""
        self.file.write_bytes(self._certificate(self._name, self._key, None))

    def context(self, host: str) -> ssl.SSLContext:
        """Return what a server of a host needs."""
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._make(host)
            return self._contexts[host]

    def _make(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        file = Path(self._folder.name, f"{host}.pem")
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.touch(mode=0o600)
        file.write_bytes(private + self._certificate(name, key, host))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, host: str | None
    ) -> bytes:
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            certificate = certificate.add_extension(names, critical=False)
        signed = certificate.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)


@cache
def authority() -> Authority:
    """Return the authority of this process."""
    return Authority()


def is_served(host: str) -> bool:
    """Report whether a host is one of Google's."""
    return _GOOGLE.fullmatch(host) is not None


def target(host: str, path: str) -> str:
    """Return the path on the served Google of a path on a host of Google.

    A location may stand before or after the name of an API: us-east1-run.googleapis.com,
    secretmanager.us-east1.rep.googleapis.com.
    """
    api = host.partition(".")[0]
    if api == "www":
        return path if path.startswith("/upload/") else f"/{path.split('/')[1].lower()}{path}"
    name = api
    while not _is_known(name) and "-" in name:
        name = name.partition("-")[2]
    return f"/{name if _is_known(name) else api}{path}"


def identity(path: str, body: bytes, caller: str) -> Mapping[str, object] | None:
    """Answer a request for an access token, or who its caller is; None for another request.

    The assertion of a key names its service account (page "Using OAuth 2.0 for Server to Server
    Applications", https://developers.google.com/identity/protocols/oauth2/service-account).
    """
    if path.endswith("/userinfo"):  # https://openidconnect.googleapis.com/v1/userinfo
        return {"sub": "100000000000000000001", "email": caller, "email_verified": True}
    if not re.fullmatch(r"/(?:oauth2|sts)/(?:oauth2/v4/|v1/)?token", path):
        return None
    claims = parse_qs(body.decode("utf-8", "replace")).get("assertion", [""])[0].split(".")
    try:
        held = json.loads(base64.urlsafe_b64decode(f"{claims[1]}===")) if len(claims) > 1 else {}
    except (binascii.Error, ValueError):
        held = {}
    caller = str(held.get("iss") or "owner@example.com")
    return {"access_token": access_token(caller), "token_type": "Bearer", "expires_in": _HOUR}


def _is_known(api: str) -> bool:
    return has_documents(api) or api in untyped.apis() or api in {"oauth2", "sts"}
