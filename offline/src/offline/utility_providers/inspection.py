"""hashicorp/tls: what a certificate says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from offline.protocol.contract import ProviderError, Value
from offline.utility_providers import keys
from offline.utility_providers.calendars import rfc3339

_KINDS = (
    (rsa.RSAPublicKey, "RSA"),
    (ec.EllipticCurvePublicKey, "ECDSA"),
    (ed25519.Ed25519PublicKey, "Ed25519"),
)


def extension(holder: Any, kind: Any) -> Any:
    """Return an extension of a certificate or a request, None without it."""
    try:
        return holder.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def is_authority(certificate: x509.Certificate) -> bool:
    """Report whether a certificate may sign others."""
    constraints = extension(certificate, x509.BasicConstraints)
    return bool(constraints and constraints.ca)


def read_certificate(config: Value, _folder: Path) -> Value:
    """Read the data source `tls_certificate`. Raises ProviderError."""
    if config.get("content") is None:
        raise ProviderError(
            "Failed to identify fetch peer certificates",
            f"{config['url']} cannot be reached: `offline` connects to no other host\n"
            "help: Give the certificate in `content`",
        )
    try:
        certificate = x509.load_pem_x509_certificate(config["content"].encode())
    except ValueError as error:
        raise ProviderError("Unable to parse certificate", str(error), ("content",)) from error
    constraints = extension(certificate, x509.BasicConstraints)
    length = constraints.path_length if constraints else None
    algorithm = certificate.signature_hash_algorithm
    public = certificate.public_key()
    kind = next((name for class_, name in _KINDS if isinstance(public, class_)), "Unknown")
    value = {
        "cert_pem": certificate.public_bytes(Encoding.PEM).decode(),
        "is_ca": is_authority(certificate),
        "issuer": certificate.issuer.rfc4514_string(),
        "max_path_length": -1 if constraints and length is None else length or 0,
        "not_after": rfc3339(certificate.not_valid_after_utc),
        "not_before": rfc3339(certificate.not_valid_before_utc),
        "public_key_algorithm": kind,
        "serial_number": str(certificate.serial_number),
        "sha1_fingerprint": certificate.fingerprint(hashes.SHA1()).hex(),  # noqa: S303
        "signature_algorithm": f"{algorithm.name.upper()}-{kind}" if algorithm else kind,
        "subject": certificate.subject.rfc4514_string(),
        "version": 3,
    }
    verify = config.get("verify_chain")
    return {
        "certificates": [value],
        "verify_chain": True if verify is None else verify,
        "id": keys.hash_of(certificate.public_bytes(Encoding.DER)),
    }
