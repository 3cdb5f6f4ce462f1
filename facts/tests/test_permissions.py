"""Permissions of methods and roles, and the program that derives them."""

import json
import re
from pathlib import Path

import pytest

from facts import derive_permissions, iam, permissions
from facts.table import read

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("benchmarks", "constructs", "docs", "environments", "operations", "preview", "stacks")
BASIC = {"roles/editor", "roles/owner", "roles/viewer"}
"""Roles of every service. Nobody is given one; docs name them to say so."""


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Return a data set with two roles and four methods of one API."""
    (tmp_path / "roles").mkdir()
    roles = {
        "run.viewer": ["run.services.get", "run.services.list"],
        "iam.pools": ["iam.googleapis.com/workloadIdentityPools.get"],
    }
    for name, held in roles.items():
        role = {"includedPermissions": held}
        (tmp_path / "roles" / f"{name}.json").write_text(json.dumps(role), encoding="utf-8")
    methods = {
        "run.services.get": ["run.services.get"],
        "run.services.rename": ["run.services.rename"],
        "run.services.watch": [],
        "run.pools.get": ["iam.googleapis.com-workloadIdentityPools.get"],
    }
    api = {
        name: {"permissions": [{"name": permission} for permission in needed]}
        for name, needed in methods.items()
    }
    document = {"api": {"run": {"methods": api}, "nothing": {}}}
    (tmp_path / "map.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def test_derive_leaves_out_methods_when_their_permissions_are_unknown(dataset: Path) -> None:
    facts = derive_permissions.derive(dataset, ["roles/run.viewer"])
    assert facts["methods"]["value"] == {
        "run.pools.get": ["iam.googleapis.com/workloadIdentityPools.get"],
        "run.services.get": ["run.services.get"],
    }
    assert facts["roles"]["value"] == {"roles/run.viewer": {"run.services": "get list"}}


def test_main_fails_when_a_role_does_not_exist(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = dataset / "out.json"
    args = [str(dataset), "--role", "roles/run.emperor", "--output", str(output)]
    assert derive_permissions.main(args) == 1
    assert "There is no role roles/" in capsys.readouterr().err
    assert not output.exists()


def test_main_writes_the_form_that_read_reads(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "roles", lambda: {"roles/run.viewer"})
    output = dataset / "out.json"
    assert derive_permissions.main([str(dataset), "--output", str(output)]) == 0
    written = json.loads(output.read_text("utf-8"))
    assert written["roles"]["value"] == {"roles/run.viewer": {"run.services": "get list"}}
    assert written["methods"]["how"] == "derived"
    roles = json.loads(output.with_name("roles.json").read_text("utf-8"))
    assert roles["predefined"]["value"] == {"iam": "pools", "run": "viewer"}


def test_every_role_of_the_repository_exists() -> None:
    files = [
        file
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".md", ".json", ".yaml"}
    ]
    named = {
        role
        for file in files
        for role in re.findall(r"\broles/[a-z]\w*\.\w+(?:\.\w+)?", file.read_text("utf-8"))
    }
    assert len(named) > 50
    assert sorted(named - BASIC - permissions.roles()) == []


def test_every_role_that_an_environment_may_name_exists() -> None:
    services = read("iam")["roles"].value
    named = {
        f"roles/{service}.{name}" for service in services for name in iam.role_names(service) or ()
    }
    assert sorted(named - permissions.roles()) == []


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("run.projects.locations.services.create", ("run.services.create",)),
        ("secretmanager.projects.secrets.versions.enable", ("secretmanager.versions.enable",)),
        ("sql.users.insert", ("cloudsql.users.create",)),
        ("cloudresourcemanager.projects.testIamPermissions", ()),
        ("run.projects.locations.services.paint", None),
    ],
)
def test_of_method_prefers_corrections(method: str, expected: tuple[str, ...] | None) -> None:
    assert permissions.of_method(method) == expected


def test_conditions_name_permissions_of_known_methods() -> None:
    methods = {method for fact in read("permission_conditions").values() for method in fact.value}
    assert sorted(method for method in methods if permissions.of_method(method) is None) == []
    assert permissions.conditions("storage.objects.insert") == (
        permissions.Condition("storage.objects.delete", "overwrites"),
    )
    assert permissions.conditions("storage.objects.delete") == ()
    assert permissions.conditions("run.projects.locations.services.create") == (
        permissions.Condition("run.services.setIamPolicy", "body.invokerIamDisabled"),
    )


def test_of_role_raises_when_the_role_is_not_on_the_list() -> None:
    assert "run.services.get" in permissions.of_role("roles/run.viewer")
    with pytest.raises(KeyError):
        permissions.of_role("roles/owner")
