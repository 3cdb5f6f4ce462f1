"""What a change gives, asked of the provider without Terraform."""

from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.contract import Plan, Provider, Value
from offline.protocol.values import UNKNOWN, conform
from offline.providers import providers

TYPES = (
    "google_sql_database_instance google_sql_user google_secret_manager_secret "
    "google_project_service google_secret_manager_secret_version google_compute_network "
    "google_compute_subnetwork "
    "google_compute_backend_service google_service_account google_container_cluster "
    "google_project_iam_member google_cloud_run_v2_service google_pubsub_topic "
    "google_compute_instance google_artifact_registry_repository"
).split()
SETTINGS = {"project": "p", "region": "us-central1", "default_labels": {"team": "a"}}


class Bench:
    """One provider with the way that Terraform takes through it."""

    def __init__(self, *more: str) -> None:
        self.cloud = FakeCloud()
        types = [*TYPES, *more, "random_id", "random_password"]
        result = providers(self.cloud, resources=types, data_sources=[])
        self.google = result["hashicorp/google"]
        self.random = result["hashicorp/random"]

    def of(self, type_: str) -> Provider:
        return self.random if type_.startswith("random_") else self.google

    def plan(self, type_: str, config: Value, prior: Value | None = None, **settings: Any) -> Plan:
        """Propose as Terraform core does: what the configuration leaves out keeps its value if
        computed.
        """
        block = self.of(type_).schemas.resources[type_]
        whole = conform(block, config)
        proposed = dict(whole)
        for name, attribute in block.attributes.items():
            if prior is not None and attribute.computed and whole[name] is None:
                proposed[name] = prior[name]
        return self.of(type_).plan(type_, prior, proposed, whole, {**SETTINGS, **settings})

    def apply(self, type_: str, config: Value, prior: Value | None = None) -> Value:
        planned = self.plan(type_, config, prior).state
        whole = conform(self.of(type_).schemas.resources[type_], config)
        if prior is None:
            return self.of(type_).create(type_, planned, whole, SETTINGS)
        return self.of(type_).update(type_, prior, planned, whole, SETTINGS)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(
        "offline.engine.google.check", lambda *_: None
    )  # rules have their own tests
    monkeypatch.setattr("offline.engine.google.check_delete", lambda *_: None)
    return Bench()


SECRET = {"secret_id": "s", "replication": [{"auto": [{}]}]}
SQL = {
    "name": "db",
    "database_version": "POSTGRES_16",
    "settings": [{"tier": "db-custom-2-7680", "disk_size": 20}],
}
NETWORK = "google_compute_network"


def test_plan_of_create_leaves_computed_attributes_unknown(bench: Bench) -> None:
    planned = bench.plan("google_secret_manager_secret", SECRET).state
    assert planned["id"] is UNKNOWN
    assert planned["name"] is UNKNOWN
    assert planned["ttl"] is None


def test_plan_sets_provider_defaults(bench: Bench) -> None:
    planned = bench.plan("google_sql_database_instance", SQL).state
    assert planned["deletion_protection"] is True
    assert planned["settings"][0]["disk_autoresize"] is True


def test_plan_of_update_keeps_computed_attributes(bench: Bench) -> None:
    prior = bench.apply("google_sql_database_instance", SQL)
    changed = {**SQL, "settings": [{"tier": "db-custom-4-15360", "disk_size": 20}]}
    plan = bench.plan("google_sql_database_instance", changed, prior)
    assert plan.replace == []
    assert plan.state["connection_name"] == "p:us-central1:db"
    assert UNKNOWN not in plan.state.values()
    assert plan.state["settings"][0]["tier"] == "db-custom-4-15360"


def test_plan_equals_state_when_nothing_changed(bench: Bench) -> None:
    prior = bench.apply("google_sql_database_instance", SQL)
    assert bench.plan("google_sql_database_instance", SQL, prior).state == prior


@pytest.mark.parametrize(
    ("size", "replace"),
    [(30, []), (10, [("settings", 0, "disk_size")])],
)
def test_smaller_disk_replaces_and_larger_disk_updates(
    bench: Bench, size: int, replace: list[Any]
) -> None:
    prior = bench.apply("google_sql_database_instance", SQL)
    changed = {**SQL, "settings": [{"tier": "db-custom-2-7680", "disk_size": size}]}
    assert list(bench.plan("google_sql_database_instance", changed, prior).replace) == replace


def test_attribute_of_the_id_replaces(bench: Bench) -> None:
    prior = bench.apply("google_secret_manager_secret", SECRET)
    plan = bench.plan("google_secret_manager_secret", {**SECRET, "secret_id": "t"}, prior)
    assert list(plan.replace) == [("secret_id",)]
    moved = bench.plan("google_secret_manager_secret", SECRET, prior, project="q")
    assert list(moved.replace) == [("project",)]


def test_type_without_facts_replaces_on_top_level_arguments(bench: Bench) -> None:
    config = {"name": "c", "location": "us-central1", "initial_node_count": 1}
    prior = bench.apply("google_container_cluster", config)
    assert prior["id"] == "projects/p/locations/us-central1/clusters/c"
    assert prior["deletion_protection"] is True
    changed = {**config, "initial_node_count": 2}
    assert list(bench.plan("google_container_cluster", changed, prior).replace) == [
        ("initial_node_count",)
    ]


def test_computed_block_keeps_values_of_the_api(bench: Bench) -> None:
    config = {
        "name": "s",
        "location": "us-central1",
        "template": [{"containers": [{"image": "i"}]}],
    }
    planned = bench.plan("google_cloud_run_v2_service", config).state
    assert planned["traffic"] is UNKNOWN
    prior = bench.apply("google_cloud_run_v2_service", config)
    live = {**prior, "traffic": [{"type": "T", "percent": 100, "revision": "", "tag": ""}]}
    assert bench.plan("google_cloud_run_v2_service", config, live).state == live


@pytest.mark.parametrize(("immutable", "converges"), [(True, True), (False, False)])
def test_plan_adds_block_again_when_provider_does_not_send_it(
    bench: Bench, immutable: bool, converges: bool
) -> None:
    config = {
        "repository_id": "r",
        "location": "us-central1",
        "format": "DOCKER",
        "docker_config": [{"immutable_tags": immutable}],
    }
    state = bench.apply("google_artifact_registry_repository", config)
    plan = bench.plan("google_artifact_registry_repository", config, state)
    assert (plan.state == state) == converges


def test_plan_ignores_order_of_sets(bench: Bench) -> None:
    config = {"name": "b", "backend": [{"group": "g/one"}, {"group": "g/two"}]}
    prior = bench.apply("google_compute_backend_service", config)
    turned = {**config, "backend": list(reversed(config["backend"]))}
    assert bench.plan("google_compute_backend_service", turned, prior).state == prior


def test_plan_treats_name_and_self_link_as_equal(bench: Bench) -> None:
    config = {"name": "s", "network": "main", "ip_cidr_range": "10.0.0.0/24"}
    prior = bench.apply("google_compute_subnetwork", config)
    link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/main"
    plan = bench.plan("google_compute_subnetwork", {**config, "network": link}, prior)
    assert plan.state == prior


def test_labels_merge_and_foreign_labels_stay(bench: Bench) -> None:
    config = {"name": "t", "labels": {"own": "1", "team": "b"}}
    result = bench.apply("google_pubsub_topic", config)
    whole = {"team": "b", "own": "1", "goog-terraform-provisioned": "true"}
    assert result["labels"] == config["labels"]
    assert result["terraform_labels"] == result["effective_labels"] == whole
    live = {**result, "effective_labels": {**whole, "theirs": "x"}}
    changed = bench.plan("google_pubsub_topic", {"name": "t", "labels": {"new": "1"}}, live).state
    result_ = {"team": "a", "new": "1", "goog-terraform-provisioned": "true"}
    assert changed["terraform_labels"] == result_
    assert changed["effective_labels"] == {**result_, "theirs": "x"}


def test_attribution_label_is_added_at_creation_only(bench: Bench) -> None:
    config = {"name": "t"}
    off: dict[str, Any] = {"add_terraform_attribution_label": False, "default_labels": {}}
    assert bench.plan("google_pubsub_topic", config, **off).state["effective_labels"] is UNKNOWN
    result = bench.apply("google_pubsub_topic", config)
    bare = {**result, "terraform_labels": {}, "effective_labels": {}}
    kept = bench.plan("google_pubsub_topic", config, bare, default_labels={}).state
    assert kept["effective_labels"] == {}
    proactive: dict[str, Any] = {"terraform_attribution_label_addition_strategy": "PROACTIVE"}
    added = bench.plan("google_pubsub_topic", config, bare, **proactive).state
    assert "goog-terraform-provisioned" in added["effective_labels"]


def test_unknown_labels_make_computed_labels_unknown(bench: Bench) -> None:
    planned = bench.plan("google_pubsub_topic", {"name": "t", "labels": {"a": UNKNOWN}}).state
    assert planned["effective_labels"] is UNKNOWN


def test_annotations_merge(bench: Bench) -> None:
    result = bench.apply("google_secret_manager_secret", {**SECRET, "annotations": {"a": "1"}})
    assert result["effective_annotations"] == {"a": "1"}


def test_plan_has_no_write_only_values(bench: Bench) -> None:
    config = {
        "secret": "projects/p/secrets/s",
        "secret_data_wo": "hush",
        "secret_data_wo_version": 1,
    }
    assert (
        bench.plan("google_secret_manager_secret_version", config).state["secret_data_wo"] is None
    )
    result = bench.apply("google_secret_manager_secret_version", config)
    assert "hush" not in repr((result, bench.cloud.resources, bench.cloud.events))


def test_service_account_email_is_known_at_plan(bench: Bench) -> None:
    planned = bench.plan("google_service_account", {"account_id": "api"}).state
    assert planned["email"] == "api@p.iam.gserviceaccount.com"
    assert planned["member"] == "serviceAccount:api@p.iam.gserviceaccount.com"


def test_computed_attribute_in_configuration_is_an_error(bench: Bench) -> None:
    config = conform(
        bench.google.schemas.resources[NETWORK], {"name": "n", "gateway_ipv4": "10.0.0.1"}
    )
    [found] = bench.google.validate(NETWORK, config)
    assert (found.path, found.summary) == (("gateway_ipv4",), "Value for unconfigurable attribute")


def test_validation_uses_facts(bench: Bench) -> None:
    config = conform(
        bench.google.schemas.resources[NETWORK], {"name": "n", "routing_mode": "SIDEWAYS"}
    )
    [found] = bench.google.validate(NETWORK, config)
    assert found.path == ("routing_mode",)


def test_validation_uses_api_enums_for_types_without_facts(bench: Bench) -> None:
    type_ = "google_container_cluster"
    block = bench.google.schemas.resources["google_compute_instance"]
    assert not bench.google.validate(type_, conform(block, {"name": "c"}))
    config = conform(block, {"name": "m", "machine_type": "x", "key_revocation_action_type": "NO"})
    assert bench.google.validate("google_compute_instance", config) == []


def test_secret_attributes_are_sensitive(bench: Bench) -> None:
    resources = bench.google.schemas.resources
    assert resources["google_sql_user"].attributes["password"].sensitive
    assert resources["google_sql_user"].attributes["password_wo"].write_only
    auth = resources["google_container_cluster"].blocks.get("master_auth")
    assert auth is None or not auth.block.attributes["cluster_ca_certificate"].write_only


@pytest.mark.parametrize("type_", ["random_id", "random_password"])
def test_random_values_stay_after_creation(bench: Bench, type_: str) -> None:
    config = {"byte_length": 2, "keepers": {"a": "1"}} if type_ == "random_id" else {"length": 20}
    result = bench.apply(type_, config)
    assert UNKNOWN not in result.values()
    assert bench.plan(type_, config, result).state == result
    changed = {**config, "keepers": {"a": "2"}}
    assert list(bench.plan(type_, changed, result).replace) == [("keepers",)]


def test_random_id_has_all_encodings(bench: Bench) -> None:
    result = bench.apply("random_id", {"byte_length": 2, "prefix": "x-"})
    number = int(result["hex"].removeprefix("x-"), 16)
    assert result["dec"] == f"x-{number}"
    assert result["b64_url"] == f"x-{result['id']}"
    assert bench.random.import_("random_id", f"x-,{result['id']}", {})["hex"] == result["hex"]


def test_random_password_has_required_character_classes(bench: Bench) -> None:
    opened = bench.random.open(
        "random_password",
        {"length": 12, "min_upper": 4, "special": False, "override_special": None},
        {},
    )
    assert len(opened["result"]) == 12
    assert sum(item.isupper() for item in opened["result"]) >= 4
    assert opened["result"].isalnum()
    assert opened["bcrypt_hash"].startswith("$2a$10$")
    block = bench.random.schemas.ephemerals["random_password"]
    assert block.attributes["result"].sensitive
    assert not {"id", "keepers", "number"} & block.attributes.keys()


def test_random_password_is_rejected_when_length_is_too_small(bench: Bench) -> None:
    block = bench.random.schemas.resources["random_password"]
    config = conform(block, {"length": 3, "min_upper": 4})
    assert [problem.path for problem in bench.random.validate("random_password", config)] == [
        ("length",)
    ]
