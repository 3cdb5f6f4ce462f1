"""hashicorp/tls: private keys, and what is computed from them."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from offline.protocol.contract import ProviderError, Value

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_CURVES: dict[str, ec.EllipticCurve] = {
    "P224": ec.SECP224R1(), "P256": ec.SECP256R1(), "P384": ec.SECP384R1(), "P521": ec.SECP521R1(),
}  # fmt: skip
_ALGORITHMS: tuple[tuple[Any, str], ...] = (
    (rsa.RSAPrivateKey, "RSA"),
    (ec.EllipticCurvePrivateKey, "ECDSA"),
    (ed25519.Ed25519PrivateKey, "ED25519"),
)


def create(planned: Value) -> Value:
    """Draw a key, and return it in every form."""
    key = _draw(planned)
    is_modern = isinstance(key, ed25519.Ed25519PrivateKey)
    traditional = PrivateFormat.PKCS8 if is_modern else PrivateFormat.TraditionalOpenSSL
    forms = {
        "private_key_pem": traditional,
        "private_key_pem_pkcs8": PrivateFormat.PKCS8,
        "private_key_openssh": PrivateFormat.OpenSSH,
    }
    if not _is_openssh(key):
        forms.pop("private_key_openssh")
    return {
        "private_key_openssh": "",
        **{
            name: key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
            for name, form in forms.items()
        },
        **public(key),
    }


def public(key: PrivateKey) -> Value:
    """Return what the provider computes from the public half of a key."""
    half = key.public_key()
    der = half.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = half.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    result = {"id": hash_of(der), "public_key_pem": pem}
    if not _is_openssh(key):
        names = ("openssh", "fingerprint_md5", "fingerprint_sha256")
        return {**result, **{f"public_key_{name}": "" for name in names}}
    line = half.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    blob = b64decode(line.split()[1])
    sha256 = b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return {
        **result,
        "public_key_openssh": f"{line.decode()}\n",
        "public_key_fingerprint_md5": hashlib.md5(blob, usedforsecurity=False).digest().hex(":"),
        "public_key_fingerprint_sha256": f"SHA256:{sha256}",
    }


def load(text: str, what: str = "private key PEM") -> tuple[PrivateKey, str]:
    """Read a key, and name its algorithm. Raises ProviderError."""
    is_openssh = "OPENSSH" in text.partition("\n")[0]
    read: Callable[..., Any] = (
        serialization.load_ssh_private_key if is_openssh else serialization.load_pem_private_key
    )
    try:
        key = read(text.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ProviderError(f"Failed to parse {what}", str(error)) from error
    for kind, name in _ALGORITHMS:
        if isinstance(key, kind):
            return key, name
    raise ProviderError(f"Failed to parse {what}", "unsupported private key type")


def hash_of(content: bytes) -> str:
    """Return the provider's ID of something: the SHA-1 of its DER without spaces at the ends."""
    return hashlib.sha1(content.strip(), usedforsecurity=False).hexdigest()


def _draw(planned: Value) -> PrivateKey:
    if planned["algorithm"] == "RSA":
        try:
            return rsa.generate_private_key(65537, int(planned["rsa_bits"]))
        except ValueError as error:
            summary = "Unable to generate Key from configuration"
            raise ProviderError(summary, str(error)) from error
    if planned["algorithm"] == "ECDSA":
        return ec.generate_private_key(_CURVES[planned["ecdsa_curve"]])
    return ed25519.Ed25519PrivateKey.generate()


def _is_openssh(key: PrivateKey) -> bool:
    """Report whether OpenSSH has a format for a key: it has none for the curve P-224."""
    return not (isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp224r1")
