"""hashicorp/tls: certificates, requests for them, and the provider as a whole."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from offline.protocol.contract import Finding, ProviderError, Value
from offline.protocol.findings import report
from offline.protocol.values import UNKNOWN
from offline.utility_providers import keys
from offline.utility_providers.calendars import parse, rfc3339
from offline.utility_providers.inspection import extension, is_authority, read_certificate
from offline.utility_providers.provider import Behavior, Resource

_SUBJECT = (
    ("country", NameOID.COUNTRY_NAME),
    ("organization", NameOID.ORGANIZATION_NAME),
    ("organizational_unit", NameOID.ORGANIZATIONAL_UNIT_NAME),
    ("locality", NameOID.LOCALITY_NAME),
    ("province", NameOID.STATE_OR_PROVINCE_NAME),
    ("street_address", NameOID.STREET_ADDRESS),
    ("postal_code", NameOID.POSTAL_CODE),
    ("common_name", NameOID.COMMON_NAME),
    ("serial_number", NameOID.SERIAL_NUMBER),
    ("email_address", NameOID.EMAIL_ADDRESS),
)
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "cert_signing", "crl_signing", "encipher_only", "decipher_only",
)  # fmt: skip
_EXTENDED = {
    "any_extended": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server_auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client_auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code_signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email_protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "ipsec_end_system": ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec_tunnel": ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec_user": ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp_signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "microsoft_server_gated_crypto": ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape_server_gated_crypto": ObjectIdentifier("2.16.840.1.113730.4.1"),
    "microsoft_commercial_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.2.1.22"),
    "microsoft_kernel_code_signing": ObjectIdentifier("1.3.6.1.4.1.311.61.1.1"),
}
_FAILED = "Failed to create certificate"


def _private_key(planned: Value, _folder: Path) -> Value:
    return keys.create(planned)


def _request(planned: Value, _folder: Path) -> Value:
    key, algorithm = keys.load(planned["private_key_pem"])
    try:
        builder = x509.CertificateSigningRequestBuilder(_name(planned))
        if names := _names(planned):
            builder = builder.add_extension(names, critical=False)
        request = builder.sign(key, _hash(key))
    except (ValueError, TypeError) as error:
        raise ProviderError("Error creating certificate request", str(error)) from error
    return {
        "cert_request_pem": request.public_bytes(Encoding.PEM).decode(),
        "key_algorithm": algorithm,
        "id": keys.hash_of(request.public_bytes(Encoding.DER)),
    }


def _self_signed(planned: Value, _folder: Path) -> Value:
    key, algorithm = keys.load(planned["private_key_pem"])
    try:
        subject, names = _name(planned), _names(planned)
    except ValueError as error:
        raise ProviderError(_FAILED, str(error)) from error
    made = _signed(planned, subject, names, key.public_key(), key, None)
    return {**made, "key_algorithm": algorithm}


def _locally_signed(planned: Value, _folder: Path) -> Value:
    try:
        request = x509.load_pem_x509_csr(planned["cert_request_pem"].encode())
    except ValueError as error:
        raise ProviderError("Failed to parse certificate request PEM", str(error)) from error
    key, algorithm = keys.load(planned["ca_private_key_pem"], "CA private key PEM")
    try:
        authority = x509.load_pem_x509_certificate(planned["ca_cert_pem"].encode())
    except ValueError as error:
        raise ProviderError("Failed to parse CA certificate PEM", str(error)) from error
    if not is_authority(authority):
        report(
            Finding(
                "Potentially Invalid Certificate Authority",
                "Certificate provided as Authority does not appear to be a valid Certificate "
                "Authority. The resulting certificate might fail certificate validation.",
                warning=True,
            )
        )
    names = extension(request, x509.SubjectAlternativeName)
    made = _signed(planned, request.subject, names, request.public_key(), key, authority)
    return {**made, "ca_key_algorithm": algorithm}


def _signed(
    planned: Value, subject: x509.Name, names: Any, public: Any, key: Any, authority: Any
) -> Value:
    """Sign a certificate; without an authority, with its own key. Raises ProviderError."""
    start = datetime.now(UTC).replace(microsecond=0)
    end = start + timedelta(hours=int(planned["validity_period_hours"]))
    serial = x509.random_serial_number()
    is_ca, length = bool(planned["is_ca_certificate"]), planned.get("max_path_length")
    if is_ca and not list(subject):
        raise ProviderError(
            "Invalid Certificate Subject",
            "Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
        )
    path_length = int(length) if is_ca and length and length > 0 else None
    extensions: list[tuple[Any, bool]] = [(x509.BasicConstraints(is_ca, path_length), True)]
    extensions += _usages(planned["allowed_uses"])
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    if is_ca or planned["set_subject_key_id"]:
        extensions.append((identifier, False))
    above = extension(authority, x509.SubjectKeyIdentifier) if authority else None
    if planned.get("set_authority_key_id"):
        above = identifier
    if above:
        own = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above)
        extensions.append((own, False))
    extensions += [(names, False)] if names else []
    try:
        issuer = authority.subject if authority else subject
        builder = x509.CertificateBuilder(issuer, subject, public, serial, start, end)
        for value, critical in extensions:
            builder = builder.add_extension(value, critical=critical)
        certificate = builder.sign(key, _hash(key))
    except (ValueError, TypeError) as error:
        raise ProviderError(_FAILED, str(error)) from error
    return {
        "cert_pem": certificate.public_bytes(Encoding.PEM).decode(),
        "id": str(serial),
        "ready_for_renewal": False,
        "validity_start_time": rfc3339(start),
        "validity_end_time": rfc3339(end),
    }


def _usages(allowed: list[str]) -> list[tuple[Any, bool]]:
    result: list[tuple[Any, bool]] = []
    if set(allowed) & set(_USES):
        given = {
            (
                "key_cert_sign" if use == "cert_signing" else use.replace("crl_signing", "crl_sign")
            ): use in allowed
            for use in _USES
        }
        if not given["key_agreement"]:  # without it these have no meaning
            given |= {"encipher_only": False, "decipher_only": False}
        result.append((x509.KeyUsage(**given), True))
    if extended := [_EXTENDED[use] for use in allowed if use in _EXTENDED]:
        result.append((x509.ExtendedKeyUsage(extended), False))
    return result


def _name(planned: Value) -> x509.Name:
    """Return the subject. Raises ValueError."""
    parts = []
    for subject in planned.get("subject") or []:
        for key, oid in _SUBJECT:
            value = subject.get(key)
            texts = value if isinstance(value, list) else [] if value is None else [value]
            parts += [x509.NameAttribute(oid, text) for text in texts]
    return x509.Name(parts)


def _names(planned: Value) -> x509.SubjectAlternativeName | None:
    """Return the alternative names. Raises ValueError."""
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in planned["dns_names"] or []]
    names += [x509.IPAddress(ipaddress.ip_address(ip)) for ip in planned["ip_addresses"] or []]
    names += [x509.UniformResourceIdentifier(uri) for uri in planned["uris"] or []]
    return x509.SubjectAlternativeName(names) if names else None


def _hash(key: Any) -> Any:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _is_ready(state: Value) -> bool:
    early = timedelta(hours=int(state.get("early_renewal_hours") or 0))
    return datetime.now(UTC) >= parse(state["validity_end_time"]) - early


def _read(state: Value, _folder: Path) -> Value:
    return {**state, "ready_for_renewal": True} if _is_ready(state) else state


def _plan(_prior: Value, planned: Value, _config: Value) -> None:
    if _is_ready(planned):
        planned["ready_for_renewal"] = UNKNOWN
    elif planned.get("max_path_length") is UNKNOWN:
        planned["max_path_length"] = None


def _public_key(config: Value, _folder: Path) -> Value:
    pem = config.get("private_key_pem")
    key, algorithm = keys.load(config["private_key_openssh"] if pem is None else pem)
    return {"algorithm": algorithm, **keys.public(key)}


BEHAVIOR = Behavior(
    {
        "tls_cert_request": Resource(_request),
        "tls_locally_signed_cert": Resource(_locally_signed, read=_read, plan=_plan),
        "tls_private_key": Resource(_private_key),
        "tls_self_signed_cert": Resource(_self_signed, read=_read, plan=_plan),
    },
    {"tls_certificate": read_certificate, "tls_public_key": _public_key},
    {"tls_private_key": keys.create},
)
