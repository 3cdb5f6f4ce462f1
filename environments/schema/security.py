"""Secrets, Cloud Armor and Binary Authorization."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import Expected, Section, SourceRange

WafRuleSet = Literal[
    "sqli-v33-stable",
    "xss-v33-stable",
    "lfi-v33-stable",
    "rfi-v33-stable",
    "rce-v33-stable",
    "methodenforcement-v33-stable",
    "scannerdetection-v33-stable",
    "protocolattack-v33-stable",
    "php-v33-stable",
    "sessionfixation-v33-stable",
    "java-v33-stable",
    "nodejs-v33-stable",
    "cve-canary",
]


class SecretConfig(Section):
    """A secret of Secret Manager. Its value is never in a file, a plan or the state."""

    source: Literal["generated", "variable", "external"]
    """Where the value comes from: `generated` by Terraform in memory, an ephemeral sensitive input
    `variable` named like the secret, or `external`: versions are added manually and Terraform makes
    only the container."""
    length: Annotated[int, Field(ge=16, le=256)] = 64
    """Characters of a generated value."""
    version: Annotated[int, Field(ge=1)] = 1
    """Raise it by one to write a new value (`generated`, `variable`) or to move the services to
    the version that was added manually (`external`)."""
    rotation_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Days after which Secret Manager notifies that the value is due for rotation, again and again;
    it never does without this key. Nothing rotates by itself."""


Attestor = Annotated[
    str,
    StringConstraints(pattern=r"^projects/[a-z][a-z0-9-]+/attestors/[a-zA-Z0-9_.-]+$"),
    Expected("an attestor, such as projects/security-example/attestors/built-by-pipeline"),
]
ImagePattern = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9.-]+(/[A-Za-z0-9._*@:-]+)+$"),
    Expected("an image or a pattern, such as us-docker.pkg.dev/my-project/tools/*"),
]


class BinaryAuthorizationConfig(Section):
    """The policy of Binary Authorization: which images Cloud Run may run."""

    attestors: Annotated[tuple[Attestor, ...], Field(min_length=1)]
    """Attestors that must all have attested an image."""
    exempt_images: tuple[ImagePattern, ...] = ()
    """Images that need no attestation, in addition to those that this file names."""
    enforced: bool = False
    """Refuse other images. Without it, they are logged only (dry run)."""


KmsKey = Annotated[
    str,
    StringConstraints(
        pattern=r"^projects/[a-z][a-z0-9-]+/locations/[a-z0-9-]+/keyRings/[a-zA-Z0-9_-]{1,63}"
        r"/cryptoKeys/[a-zA-Z0-9_-]{1,63}$"
    ),
    Expected(
        "a key of Cloud KMS, such as "
        "projects/keys-example/locations/us-central1/keyRings/grid/cryptoKeys/grid"
    ),
]


class EncryptionConfig(Section):
    """Customer-managed encryption keys (CMEK) of Cloud KMS for the database, the caches, the
    registry, the private buckets, the secrets and Cloud Run.
    """

    kms_keys: dict[str, KmsKey] = {}
    """Keys that exist, by location: a region, `global` for secrets, or the location of a bucket,
    such as `europe` for EU. Each other location gets a key that is rotated every 90 days. Fixed
    once it was applied."""


class RateLimitConfig(Section):
    """Requests that one client address may make."""

    requests: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Requests per interval, client address and backend service; a ban counts up to 10,000."""
    interval_seconds: Literal[10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600]
    """Length of the interval; Cloud Armor knows only these."""
    ban_seconds: Annotated[int, Field(ge=1, le=86400)] = 600
    """How long an address that went over is refused."""


class CloudArmorConfig(Section):
    """The Cloud Armor security policy of every backend service, and the one in front of the
    caches.
    """

    preview: bool = False
    """Log what the WAF and rate limit rules would refuse, without refusing it."""
    allow_ranges: tuple[SourceRange, ...] = ()
    """Trusted addresses that skip the WAF and the rate limit."""
    deny_ranges: tuple[SourceRange, ...] = ()
    """Addresses that are denied, in front of the caches too, unless they are trusted."""
    waf_rule_sets: tuple[WafRuleSet, ...] = (
        "sqli-v33-stable",
        "xss-v33-stable",
        "lfi-v33-stable",
        "rce-v33-stable",
        "scannerdetection-v33-stable",
        "protocolattack-v33-stable",
    )
    """Preconfigured WAF rule sets, in the order of evaluation. `cve-canary` has signatures of
    single holes, of Log4j and of React's server components among them; Google adds to it without
    notice."""
    preview_rule_sets: tuple[WafRuleSet, ...] = ()
    """Those of `waf_rule_sets` whose matches are logged and not refused, such as new ones."""
    waf_sensitivity: Annotated[int, Field(ge=1, le=4)] = 1
    """OWASP CRS paranoia level: 1 refuses what is clearly an attack, 4 the most; 0 would switch
    every rule off."""
    rate_limit: RateLimitConfig = RateLimitConfig(interval_seconds=60)
    """Rate limit per client address."""
    verbose_logs: bool = False
    """Log which part of a request matched; for environments without real users."""
