"""How users reach the platform: names and certificates."""

from __future__ import annotations

from operations.checks.finding import Finding, Findings, Subject

STATUSES = {
    "PROVISIONING": "it is being made: up to an hour after DNS leads here, sometimes a day",
    "PROVISIONING_FAILED": "correct what the domain's status names; Google tries again by itself",
    "PROVISIONING_FAILED_PERMANENTLY": "correct what the domain's status names, then replace it: "
    "terraform apply -replace of its address",
    "RENEWAL_FAILED": "it serves until it expires: correct what the domain's status names, then "
    "replace it: terraform apply -replace of its address",
}
"""What to do, by the status of a managed certificate (compute v1, sslCertificates)."""
DOMAINS = {
    "FAILED_NOT_VISIBLE": "its DNS record does not lead to the load balancer (yet), or an AAAA "
    "record leads elsewhere",
    "FAILED_CAA_CHECKING": "its CAA records cannot be read",
    "FAILED_CAA_FORBIDDEN": "its CAA records forbid it: allow pki.goog",
    "FAILED_RATE_LIMITED": "too many certificates for that domain: wait",
    "PROVISIONING": "is being made",
}
"""What is the matter, by the status of one of its domains."""


def dns(subject: Subject) -> Findings:
    """Every host leads to the load balancer, and nowhere else."""
    if subject.platform is None:
        yield _skipped("DNS")
        return
    address = subject.platform.lb_ip
    for host in subject.stack.hosts:
        addresses = subject.session.runtime.resolve(host)
        fits = addresses == [address]
        yield Finding(
            severity="ok" if fits else "error",
            what=f"DNS of {host}",
            actual=", ".join(addresses) or "no A record",
            expected=address,
            advice="" if fits else f"an A record of {host} to {address}, and no other",
        )


def certificates(subject: Subject) -> Findings:
    """Check that the managed certificates are active for each of their domains."""
    if subject.platform is None:
        yield _skipped("certificate")
        return
    certificates = subject.session.google.api("compute", "v1").sslCertificates()
    for name in subject.stack.values("google_compute_managed_ssl_certificate", "name"):
        request = certificates.get(project=subject.project, sslCertificate=name)
        certificate = subject.session.client.find(request)
        managed = (certificate or {}).get("managed", {})
        status = managed.get("status", "") if certificate else "not there"
        domains = [
            f"{domain}: {DOMAINS.get(domain_status, domain_status)}"
            for domain, domain_status in sorted(managed.get("domainStatus", {}).items())
            if domain_status != "ACTIVE"
        ]
        active = status == "ACTIVE" and not domains
        yield Finding(
            severity="ok" if active else "warning" if status == "PROVISIONING" else "error",
            what=f"certificate {name}",
            actual="; ".join([status, *domains]),
            expected="" if active else "ACTIVE",
            advice="" if active else STATUSES.get(status, "grid plan, and apply what is missing"),
        )


def _skipped(what: str) -> Finding:
    return Finding(severity="skipped", what=what, actual="without the outputs it is not known")
