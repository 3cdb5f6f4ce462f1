"""Recommendations of the CIS Google Cloud Platform Foundation Benchmark 3.0.0, as predicates over
the stacks of an environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from constructs.monitoring.audit_changes import CHANGES

from tests.template import Template

PUBLIC = {"allUsers", "allAuthenticatedUsers"}
QUARTER_SECONDS = 90 * 86400
IMPERSONATION = {"roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"}


class Posture(NamedTuple):
    """The stacks of an environment."""

    platform: Template
    bootstrap: Template

    def of(self, *types: str) -> list[Any]:
        """Return the resources of types in both stacks."""
        stacks = (self.platform, self.bootstrap)
        return [one for stack in stacks for type_ in types for one in stack.of(type_).values()]

    def grants(self) -> Iterator[tuple[str, str]]:
        """Yield member and role of each grant in the project."""
        for grant in self.of("google_project_iam_member"):
            yield grant["member"], grant["role"]

    def has_flag(self, name: str, *values: str) -> bool:
        """Report whether every database instance has one of the values of a flag."""
        return all(
            {flag["name"]: flag["value"] for flag in instance["settings"]["database_flags"]}.get(
                name
            )
            in values
            for instance in self.of("google_sql_database_instance")
        )


Predicate = Callable[[Posture], bool]


def _no_admins(posture: Posture) -> bool:
    return not any(role.lower().endswith("admin") for _, role in posture.grants())


def _holders(posture: Posture, roles: set[str]) -> set[str]:
    return {member for member, role in posture.grants() if role in roles}


def _separate(*roles: set[str]) -> Predicate:
    """Return whether no member has roles of all the sets."""
    return lambda posture: not set.intersection(*(_holders(posture, one) for one in roles))


def _is_audited(posture: Posture) -> bool:
    return any(
        config["service"] == "allServices"
        and {one["log_type"] for one in config["audit_log_config"]}
        == {"ADMIN_READ", "DATA_READ", "DATA_WRITE"}
        and not any("exempted_members" in one for one in config["audit_log_config"])
        for config in posture.of("google_project_iam_audit_config")
    )


def _archives(posture: Posture) -> list[Any]:
    """Return the buckets that sinks write to."""
    sinks = [sink["destination"] for sink in posture.of("google_logging_project_sink")]
    return [
        bucket
        for name, bucket in posture.platform.of("google_storage_bucket").items()
        if f"storage.googleapis.com/${{google_storage_bucket.{name}.name}}" in sinks
    ]


def _locked(posture: Posture) -> bool:
    policies = [bucket.get("retention_policy", {}) for bucket in _archives(posture)]
    return bool(policies) and all(policy.get("is_locked") for policy in policies)


def _alerts_on(filter_: str) -> Predicate:
    """Return whether an alert compares a metric with this filter with zero."""

    def check(posture: Posture) -> bool:
        metrics = posture.platform.of("google_logging_metric")
        [name] = [name for name, metric in metrics.items() if metric["filter"] == filter_]
        text = f'"logging.googleapis.com/user/${{google_logging_metric.{name}.name}}"'
        return any(
            text in condition["condition_threshold"]["filter"]
            and condition["condition_threshold"]["threshold_value"] == 0
            for policy in posture.of("google_monitoring_alert_policy")
            for condition in policy["conditions"]
            if "condition_threshold" in condition and policy["notification_channels"]
        )

    return check


def _enables(api: str) -> Predicate:
    return lambda posture: any(
        one["service"] == api for one in posture.platform.of("google_project_service").values()
    )


def _logs_flows(posture: Posture) -> bool:
    return all(
        subnet["log_config"]["aggregation_interval"] == "INTERVAL_5_SEC"
        and subnet["log_config"]["flow_sampling"] == 1
        and subnet["log_config"]["metadata"] == "INCLUDE_ALL_METADATA"
        for subnet in posture.of("google_compute_subnetwork")
    )


def _is_public(posture: Posture, *types: str) -> bool:
    return any(grant["member"] in PUBLIC for grant in posture.of(*types))


def _instances(test: Callable[[Mapping[str, Any]], bool]) -> Predicate:
    return lambda posture: all(
        test(instance["settings"]) for instance in posture.of("google_sql_database_instance")
    )


def _encrypted(type_: str, block: str) -> Predicate:
    return lambda posture: all(block in one for one in posture.of(type_))


PREDICATES: Mapping[str, Predicate] = {
    "1.5": _no_admins,
    "1.6": lambda posture: not _holders(posture, IMPERSONATION),
    "1.8": _separate({"roles/iam.serviceAccountAdmin"}, IMPERSONATION),
    "1.9": lambda posture: not _is_public(posture, "google_kms_crypto_key_iam_member"),
    "1.10": lambda posture: all(
        int(key["rotation_period"].rstrip("s")) <= QUARTER_SECONDS
        for key in posture.of("google_kms_crypto_key")
    ),
    "1.11": _separate({"roles/cloudkms.admin"}, {"roles/cloudkms.cryptoKeyEncrypterDecrypter"}),
    "1.16": lambda posture: bool(posture.of("google_essential_contacts_contact")),
    "2.1": _is_audited,
    "2.2": lambda posture: any(
        "filter" not in sink for sink in posture.of("google_logging_project_sink")
    ),
    "2.3": _locked,
    **{change.control: _alerts_on(change.filter) for change in CHANGES},
    "2.12": lambda posture: any(
        policy["enable_logging"] and policy["networks"]
        for policy in posture.of("google_dns_policy")
    ),
    "2.13": _enables("cloudasset.googleapis.com"),
    "2.16": lambda posture: all(
        backend["log_config"]["enable"] and backend["log_config"]["sample_rate"] > 0
        for backend in posture.of("google_compute_backend_service")
    ),
    "3.2": lambda posture: all(
        network["auto_create_subnetworks"] is False
        for network in posture.of("google_compute_network")
    ),
    "3.8": _logs_flows,
    "3.9": lambda posture: all(
        policy["min_tls_version"] == "TLS_1_2" and policy["profile"] in {"MODERN", "RESTRICTED"}
        for policy in posture.of("google_compute_ssl_policy")
    ),
    "5.1": lambda posture: not _is_public(posture, "google_storage_bucket_iam_member"),
    "5.2": lambda posture: all(
        bucket["uniform_bucket_level_access"] for bucket in posture.of("google_storage_bucket")
    ),
    "6.2.1": lambda posture: posture.has_flag("log_error_verbosity", "default", "terse"),
    "6.2.2": lambda posture: posture.has_flag("log_connections", "on"),
    "6.2.3": lambda posture: posture.has_flag("log_disconnections", "on"),
    "6.2.4": lambda posture: posture.has_flag("log_statement", "ddl", "mod", "all"),
    "6.2.5": lambda posture: posture.has_flag("log_min_messages", "warning", "error"),
    "6.2.6": lambda posture: posture.has_flag("log_min_error_statement", "error"),
    "6.2.7": lambda posture: posture.has_flag("log_min_duration_statement", "-1"),
    "6.2.8": lambda posture: posture.has_flag("cloudsql.enable_pgaudit", "on"),
    "6.2.9": _instances(lambda settings: "private_network" in settings["ip_configuration"]),
    "6.4": _instances(
        lambda settings: (
            settings["ip_configuration"]["ssl_mode"]
            in {"ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"}
        )
    ),
    "6.5": _instances(lambda settings: "authorized_networks" not in settings["ip_configuration"]),
    "6.6": _instances(lambda settings: settings["ip_configuration"]["ipv4_enabled"] is False),
    "6.7": lambda posture: all(
        instance["settings"]["backup_configuration"]["enabled"]
        for instance in posture.of("google_sql_database_instance")
        if "master_instance_name" not in instance
    ),
    "7.1": lambda posture: not _is_public(posture, "google_bigquery_dataset_iam_member"),
    "7.2": _encrypted("google_bigquery_table", "encryption_configuration"),
    "7.3": _encrypted("google_bigquery_dataset", "default_encryption_configuration"),
}
"""By recommendation: whether an environment follows it."""
