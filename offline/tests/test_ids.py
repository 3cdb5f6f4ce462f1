"""Ids, import forms and values that are made up."""

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.identity import format_of, id_form
from offline.provider_facts import facts, fill, parse_import
from offline.provider_facts.ids import project_number
from offline.services import behavior, catalog

NETWORK = "google_compute_network"
RUN = "google_cloud_run_v2_service"


def test_id_is_filled_and_import_is_parsed() -> None:
    form = facts(NETWORK).id_format or ""
    assert fill(form, {"project": "p", "name": "vpc"}) == "projects/p/global/networks/vpc"
    with pytest.raises(KeyError, match="name"):
        fill(form, {"project": "p"})
    assert parse_import(NETWORK, "p/vpc") == {"project": "p", "name": "vpc"}
    assert parse_import(NETWORK, "vpc") == {"name": "vpc"}
    assert parse_import(NETWORK, "a/b/c") is None
    member = "projects/p/serviceAccounts/a@b roles/iam.serviceAccountUser user:x@y"
    assert parse_import("google_service_account_iam_member", member) == {
        "service_account_id": "projects/p/serviceAccounts/a@b",
        "role": "roles/iam.serviceAccountUser",
        "member": "user:x@y",
    }


def test_id_is_accepted_as_import_id() -> None:
    values = {"project": "p", "region": "r", "location": "l", "name": "n", "secret_id": "s"}
    for type_ in (NETWORK, RUN, "google_compute_subnetwork", "google_secret_manager_secret"):
        id_ = fill(facts(type_).id_format or "", values)
        attributes = parse_import(type_, id_)
        assert attributes is not None
        assert attributes.items() <= values.items()


def test_made_up_values_are_deterministic() -> None:
    form = "{number} {hash} {uuid} {project_number} {private_ip} {now}"
    result = fill(form, {"project": "p", "name": "n"})
    assert result == fill(form, {"project": "p", "name": "n", "description": "other"})
    assert result != fill(form, {"project": "p", "name": "m"})


def test_made_up_values_depend_on_display_name_without_name() -> None:
    one, other = ({"project": "p", "display_name": name} for name in "ab")
    assert fill("{number}", one) == fill("{number}", dict(one))
    assert fill("{number}", one) != fill("{number}", other)
    named = {"project": "p", "name": "n"}
    assert fill("{number}", named) == fill("{number}", {**named, "display_name": "c"})


def test_two_dashboards_of_a_project_have_two_ids() -> None:
    form, project = "{uuid}", {"project": "acme-test"}
    both = [{**project, "dashboard_json": f'{{"displayName": "{name}"}}'} for name in "ab"]
    assert len({fill(form, one) for one in both}) == 2


@pytest.mark.parametrize(
    ("form", "filled"),
    [
        ("{path|last}", "c"),
        ("{path|quoted}", "a%2Fb%2Fc"),
        ("{range|first}", "10.0.0.1"),
        ("{region|short}", "uc"),
        ("{dots|dashed}", "a-b"),
        ("{title|slug}", "my-check"),
        ("{blocks.0.title}", "t"),
    ],
)
def test_form_filters(form: str, filled: str) -> None:
    values = {
        "path": "a/b/c",
        "range": "10.0.0.0/20",
        "region": "us-central1",
        "dots": "a.b",
        "title": "My check!",
        "blocks": [{"title": "t"}],
    }
    assert fill(form, values) == filled


@pytest.mark.parametrize(
    ("type_", "values", "id_"),
    [
        ("google_runtimeconfig_config", {"name": "c"}, "projects/p/configs/c"),
        ("google_api_gateway_api", {"api_id": "a"}, "projects/p/locations/global/apis/a"),
        ("google_tpu_v2_vm", {"zone": "z", "name": "t"}, "projects/p/locations/z/nodes/t"),
        (
            "google_service_directory_service",
            {"namespace": "projects/p/locations/l/namespaces/n", "service_id": "s"},
            "projects/p/locations/l/namespaces/n/services/s",
        ),
    ],
)
def test_types_of_google_beta_alone_have_ids_that_can_be_imported(
    type_: str, values: dict[str, str], id_: str
) -> None:
    """Source: what the genuine provider 6.50.0 made in front of a served Google."""
    assert fill(id_form(type_).replace("+}", "}"), {"project": "p", **values}) == id_
    forms = [form.replace("+}", "}") for form in format_of(type_).import_]
    assert fill(forms[0], {"project": "p", **values}) == id_


def test_service_identity_is_the_service_agent_of_its_api() -> None:
    type_ = "google_project_service_identity"
    catalog.load(type_)
    number = project_number("p")
    for api, host in (("iap", "gcp-sa-iap"), ("servicenetworking", "service-networking")):
        value = {"project": "p", "service": f"{api}.googleapis.com"}
        made = behavior.on_create.attributes(type_, value, FakeCloud())
        email = f"service-{number}@{host}.iam.gserviceaccount.com"
        assert made == {"email": email, "member": f"serviceAccount:{email}"}
