"""Rules of the size of an environment: what Google rejects because there is too much of it."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.roles import service_roles
from environments.schema import Environment
from facts import cloud_armor, iam, load_balancing, monitoring, names

OTHER_GRANTS = 100
"""Project roles that are no service's, at most: those of the platform's and the pipeline's accounts
are 60, and each of Google's service agents has one or more."""
ALLOW_RULES = 900
"""Priorities for Cloud Armor rules of trusted addresses, before those of the WAF."""
DENY_RULES = 400
"""Priorities for Cloud Armor rules of denied addresses, between those of the WAF and the limit."""
FILTER_BEGIN = 160
"""Characters of a filter on Cloud SQL without the instances, at most."""


def check_project_grants(environment: Environment) -> Iterator[Problem]:
    """Check that the allow policy of the project can hold the roles of all services' accounts."""
    most = iam.max_policy_principals() - OTHER_GRANTS
    count = sum(len(service_roles(service)) for service in environment.services.values())
    if count > most:
        yield Problem(
            ("services",),
            f"{count:,} project roles of {len(environment.services)} services",
            f"at most {most:,}: the allow policy of a project has up to "
            f"{iam.max_policy_principals():,} principals. Name fewer `roles`, or move services to "
            "an environment of their own",
            depends_on=tuple(
                ("services", "*", field) for field in ("roles", "database", "vertex_ai")
            ),
        )


def check_url_map(environment: Environment) -> Iterator[Problem]:
    """Check that the URL map is not larger than Google accepts. Only paths and backends are
    counted, so Google can reject a URL map that is a little smaller.
    """
    most = load_balancing.max_url_map_bytes()
    project = f"projects/{environment.project_id}/global/backendServices/"
    count = size = 0
    for name, service in environment.services.items():
        for path in service.route.paths if service.route else ():
            count += 1
            size += len(f"{path}{path}/*{project}") + len(name)
    if size > most:
        yield Problem(
            ("services",),
            f"{count:,} paths, which make a URL map of more than {size:,} bytes",
            f"at most {most:,} bytes: join paths of a service below one prefix",
            depends_on=(("services", "*", "route", "paths"), ("project_id",)),
        )


def check_certificate_domains(environment: Environment) -> Iterator[Problem]:
    """Check that one certificate can hold the host names of the load balancer."""
    most, count = load_balancing.max_certificate_domains(), len(environment.domain.hosts)
    if count > most:
        yield Problem(
            ("domain", "alias_labels"),
            f"{count} host names",
            f"at most {most}, as many as a Google-managed certificate has",
        )


def check_replicas(environment: Environment) -> Iterator[Problem]:
    """Check that the filter of an alert can name the primary and every replica."""
    longest = names.limit("sql_instance_with_project").max + len('"", ')
    most = (monitoring.max_filter_characters() - FILTER_BEGIN) // longest - 1
    count = len(environment.database.replicas)
    if count > most:
        yield Problem(
            ("database", "replicas"),
            f"{count} replicas",
            f"at most {most}, as many as the filter of an alert can name",
        )


def check_trusted_ranges(environment: Environment) -> Iterator[Problem]:
    """Check that trusted addresses, the gateway's included, have priorities before the WAF."""
    own = environment.gateway.egress_addresses if environment.gateway else 0
    most = ALLOW_RULES * cloud_armor.max_ranges_of_rule() - own
    count = len(environment.cloud_armor.allow_ranges)
    if count > most:
        yield Problem(
            ("cloud_armor", "allow_ranges"),
            f"{count:,} ranges",
            f"at most {most:,}: join neighbors to shorter prefixes",
            depends_on=(("gateway", "egress_addresses"),),
        )


def check_denied_ranges(environment: Environment) -> Iterator[Problem]:
    """Check that denied addresses have priorities between the WAF and the rate limit."""
    most = DENY_RULES * cloud_armor.max_ranges_of_rule()
    count = len(environment.cloud_armor.deny_ranges)
    if count > most:
        expected = f"at most {most:,}: join neighbors to shorter prefixes"
        yield Problem(("cloud_armor", "deny_ranges"), f"{count:,} ranges", expected)


def check_preview_rule_sets(environment: Environment) -> Iterator[Problem]:
    """Check that rule sets in preview are evaluated."""
    armor = environment.cloud_armor
    for name in armor.preview_rule_sets:
        if name not in armor.waf_rule_sets:
            yield Problem(
                ("cloud_armor", "preview_rule_sets"),
                name,
                "rule sets that are in waf_rule_sets too",
                depends_on=(("cloud_armor", "waf_rule_sets"),),
            )


RULES = (
    check_project_grants,
    check_url_map,
    check_certificate_domains,
    check_replicas,
    check_trusted_ranges,
    check_denied_ranges,
    check_preview_rule_sets,
)
