"""Cloud SQL, Redis, secrets, buckets and the state."""

import json
import re

from environments import Environment, load
from tests.template import Template, platforms

URL_SAFE = "-_~."


def test_flags_are_numbers_or_words_without_units(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        flags = {flag["name"]: flag["value"] for flag in instance["settings"]["database_flags"]}
        assert "shared_buffers" not in flags
        assert not [value for value in flags.values() if re.search(r"\d[kMG]B$", value)]


def test_backup_retention_exceeds_log_retention(template: Template) -> None:
    backups = template.get("google_sql_database_instance.main")["settings"]["backup_configuration"]
    assert backups["point_in_time_recovery_enabled"] is True
    days = backups["transaction_log_retention_days"]
    assert backups["backup_retention_settings"]["retained_backups"] > days


def test_only_redis_secrets_are_plain_arguments(template: Template) -> None:
    for name, version in template.of("google_secret_manager_secret_version").items():
        assert ("secret_data" in version) == name.startswith("redis_connection_"), name
        assert ("secret_data_wo" in version) != ("secret_data" in version), name
        assert version["deletion_policy"] == "ABANDON"
        assert version["lifecycle"]["create_before_destroy"] is True
        assert version["secret"].endswith(".id}")
    for user in template.of("google_sql_user").values():
        assert "password" not in user
        assert user["deletion_policy"] == "ABANDON"


def test_template_contains_no_secret_value(template: Template) -> None:
    sensitive = re.compile(r"(secret_data(_wo)?|password(_wo)?|auth_string)$")

    def walk(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                walk(item, name)
        elif isinstance(value, list):
            for item in value:
                walk(item, key)
        elif isinstance(value, str) and sensitive.search(key):
            assert "${" in value, key

    walk(template.document["resource"])
    assert not template.of("random_password")
    for variable in template.document.get("variable", {}).values():
        assert variable["sensitive"] is True
        assert variable["ephemeral"] is True
        assert "default" not in variable


def test_only_the_static_bucket_is_public(template: Template) -> None:
    for name, bucket in template.of("google_storage_bucket").items():
        public = name == "static_assets"
        assert bucket["uniform_bucket_level_access"] is True
        assert bucket["public_access_prevention"] == ("inherited" if public else "enforced")
        assert not ("retention_policy" in bucket and "versioning" in bucket), name
        assert 3 <= len(bucket["name"]) <= 63
    open_buckets = [
        member["bucket"]
        for member in template.of("google_storage_bucket_iam_member").values()
        if member["member"] in {"allUsers", "allAuthenticatedUsers"}
    ]
    assert open_buckets == ["${google_storage_bucket.static_assets.name}"]


def test_protection_is_the_configured_one(template: Template, environment: Environment) -> None:
    protect = environment.protect
    for instance in template.of("google_sql_database_instance").values():
        assert instance["deletion_protection"] is protect
        assert instance["settings"]["deletion_protection_enabled"] is protect
    for secret in template.of("google_secret_manager_secret").values():
        assert secret["deletion_protection"] is protect
    kept = [
        *template.of("google_sql_database_instance").values(),
        *template.of("google_redis_instance").values(),
        template.get("google_storage_bucket.backups"),
        template.get("google_storage_bucket.app_data"),
    ]
    assert {one.get("lifecycle", {}).get("prevent_destroy", False) for one in kept} == {protect}
    assert template.get("google_storage_bucket.app_data")["force_destroy"] is not protect
    assert template.get("google_storage_bucket.backups")["force_destroy"] is False


def test_production_is_protected() -> None:
    assert load()["prod"].protect is True


def test_resource_names_contain_the_environment(template: Template, name: str) -> None:
    for address, resource in template.resources.items():
        for field in ("name", "secret_id", "account_id"):
            value = resource.get(field)
            if (
                isinstance(value, str)
                and "${" not in value
                and not address.startswith("google_sql_")
            ):
                assert name in value, address


def test_environments_have_distinct_states() -> None:
    places = [
        json.dumps(template.document["terraform"]["backend"]["gcs"], sort_keys=True)
        for template in platforms().values()
    ]
    assert len(set(places)) == len(places)
    assert all(set(json.loads(place)) == {"bucket", "prefix"} for place in places)


def test_databases_have_private_addresses_only(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        addresses = instance["settings"]["ip_configuration"]
        assert addresses["ipv4_enabled"] is False
        assert addresses["private_network"] == "${google_compute_network.main.id}"
        assert addresses["ssl_mode"] == "ENCRYPTED_ONLY"


def test_terraform_ignores_the_size_of_a_grown_disk(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        assert instance["settings"]["disk_autoresize"] is True
        assert "settings[0].disk_size" in instance["lifecycle"]["ignore_changes"]


def test_redis_has_auth_and_tls(template: Template) -> None:
    for instance in template.of("google_redis_instance").values():
        assert instance["auth_enabled"] is True
        assert instance["transit_encryption_mode"] == "SERVER_AUTHENTICATION"
        assert instance["connect_mode"] == "PRIVATE_SERVICE_ACCESS"
