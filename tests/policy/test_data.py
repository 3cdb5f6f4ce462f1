"""Cloud SQL, Redis, secrets, buckets and the state."""

import json
import re

from environments import Environment, load
from tests.template import Template, platforms

URL_SAFE = "-_~."


def test_databases_have_private_addresses_only(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        addresses = instance["settings"]["ip_configuration"]
        assert addresses["ipv4_enabled"] is False
        assert addresses["private_network"] == "${google_compute_network.main.id}"
        assert addresses["ssl_mode"] == "ENCRYPTED_ONLY"


def test_a_replica_has_the_connections_of_its_primary(template: Template) -> None:
    values = {
        flag["value"]
        for instance in template.of("google_sql_database_instance").values()
        for flag in instance["settings"]["database_flags"]
        if flag["name"] == "max_connections"
    }
    assert len(values) == 1


def test_a_grown_disk_is_left_alone(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        assert instance["settings"]["disk_autoresize"] is True
        assert "settings[0].disk_size" in instance["lifecycle"]["ignore_changes"]


def test_flags_are_numbers_or_words_without_units(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        flags = {flag["name"]: flag["value"] for flag in instance["settings"]["database_flags"]}
        assert "shared_buffers" not in flags
        assert not [value for value in flags.values() if re.search(r"\d[kMG]B$", value)]


def test_no_replica_has_what_only_mysql_knows(template: Template) -> None:
    for instance in template.of("google_sql_database_instance").values():
        assert "replica_configuration" not in instance
        if "master_instance_name" in instance:
            assert "backup_configuration" not in instance["settings"]
        assert instance["settings"]["edition"] == "ENTERPRISE"


def test_backups_outlive_the_logs(template: Template) -> None:
    backups = template.get("google_sql_database_instance.main")["settings"]["backup_configuration"]
    assert backups["point_in_time_recovery_enabled"] is True
    days = backups["transaction_log_retention_days"]
    assert backups["backup_retention_settings"]["retained_backups"] > days


def test_redis_has_auth_and_tls(template: Template) -> None:
    for instance in template.of("google_redis_instance").values():
        assert instance["auth_enabled"] is True
        assert instance["transit_encryption_mode"] == "SERVER_AUTHENTICATION"
        assert instance["connect_mode"] == "PRIVATE_SERVICE_ACCESS"


def test_only_redis_secrets_are_in_the_state(template: Template) -> None:
    for name, version in template.of("google_secret_manager_secret_version").items():
        assert ("secret_data" in version) == name.startswith("redis_connection_"), name
        assert ("secret_data_wo" in version) != ("secret_data" in version), name
        assert version["deletion_policy"] == "ABANDON"
        assert version["lifecycle"]["create_before_destroy"] is True
        assert version["secret"].endswith(".id}")
    for user in template.of("google_sql_user").values():
        assert "password" not in user
        assert user["deletion_policy"] == "ABANDON"


def test_no_secret_is_written_down(template: Template) -> None:
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


def test_generated_passwords_are_safe_in_a_url(template: Template) -> None:
    for settings in template.document["ephemeral"]["random_password"].values():
        assert settings["override_special"] == URL_SAFE
        assert settings["length"] >= 32


def test_users_and_their_secrets_change_together(template: Template) -> None:
    for name in ("db_password", "db_connection"):
        version = template.get(f"google_secret_manager_secret_version.{name}")
        assert version["lifecycle"]["replace_triggered_by"] == ["google_sql_user.app_user"]
        user = template.get("google_sql_user.app_user")
        assert version["secret_data_wo_version"] == user["password_wo_version"]


def test_buckets_are_closed_but_for_static_files(template: Template) -> None:
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


def test_protection_is_what_the_file_says(template: Template, environment: Environment) -> None:
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


def test_names_carry_the_environment(template: Template, name: str) -> None:
    for address, resource in template.resources.items():
        for field in ("name", "secret_id", "account_id"):
            value = resource.get(field)
            if (
                isinstance(value, str)
                and "${" not in value
                and not address.startswith("google_sql_")
            ):
                assert name in value, address


def test_states_do_not_meet() -> None:
    places = [
        json.dumps(template.document["terraform"]["backend"]["gcs"], sort_keys=True)
        for template in platforms().values()
    ]
    assert len(set(places)) == len(places)
    assert all(set(json.loads(place)) == {"bucket", "prefix"} for place in places)
