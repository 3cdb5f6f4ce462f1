"""A module that the overlay lacks is importable, at any time, with its classes once."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bindings import extension, manifest
from bindings.missing import MissingModuleFinder, import_module, list_modules
from bindings.packages import CORE, PREFIX, PROVIDERS
from tests.bindings.project import overlay_of, run
from tests.bindings.test_damage import empty, garble, link_to_nothing, truncate

GOOGLE, RANDOM = PROVIDERS

SYNTH = f"""
import bindings; bindings.activate()
import cdktf, sys
from {GOOGLE}.compute_network import ComputeNetwork
from {GOOGLE}.provider import GoogleProvider
stack = cdktf.TerraformStack(cdktf.App(), "stack")
google = GoogleProvider(stack, "google")
network = ComputeNetwork(stack, "main", name="main")
""".strip()
"""Objects exist, and Node has loaded the assemblies, before a missing module is imported."""

REST = f"""
from {GOOGLE}.pubsub_topic import PubsubTopic
from {GOOGLE}.data_google_client_config import DataGoogleClientConfig
from {RANDOM}.provider import RandomProvider
from {RANDOM}.pet import Pet
RandomProvider(stack, "random")
client = DataGoogleClientConfig(stack, "client", provider=google)
topic = PubsubTopic(
    stack, "topic", name="topic", provider=google, labels={{"network": network.id}},
    message_storage_policy={{"allowed_persistence_regions": [client.region]}},
)
Pet(stack, "pet", length=topic.message_storage_policy.to_string() and 2)
assert all(isinstance(resource, cdktf.TerraformResource) for resource in (network, topic))
assert type(topic.message_storage_policy).__name__.startswith("PubsubTopicMessageStorage")
assert isinstance(topic.node.scope.node.find_child("topic"), PubsubTopic)
assert isinstance(topic.node.scope.node.find_child("main"), ComputeNetwork)
print(cdktf.Testing.synth(stack))
"""


def python(project: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code in a project's folder."""
    return run(["-c", code], cwd=project, env=env)


@pytest.mark.parametrize(
    "value", ["", pytest.param("stock", marks=pytest.mark.slow)], ids=["overlay", "stock"]
)
def test_missing_modules_are_synthesized(built: Path, value: str) -> None:
    process = python(built, f"{SYNTH}\n{REST}", GRID_BINDINGS=value)
    assert process.stderr == ""
    stack = json.loads(process.stdout)
    assert stack["data"] == {"google_client_config": {"client": {"provider": "google"}}}
    assert stack["resource"] == {
        "google_compute_network": {"main": {"name": "main"}},
        "google_pubsub_topic": {
            "topic": {
                "labels": {"network": "${google_compute_network.main.id}"},
                "message_storage_policy": {
                    "allowed_persistence_regions": ["${data.google_client_config.client.region}"]
                },
                "name": "topic",
                "provider": "google",
            }
        },
        "random_pet": {"pet": {"length": 2}},
    }


@pytest.mark.parametrize(
    "statement",
    [
        f"from {GOOGLE}.sql_user import SqlUser as Type",
        f"from {GOOGLE} import sql_user\nType = sql_user.SqlUser",
        f"import {GOOGLE}.sql_user as users\nType = users.SqlUser",
        f"import {GOOGLE}\nType = {GOOGLE}.sql_user.SqlUser",
        f"import importlib\nType = importlib.import_module('.sql_user', '{GOOGLE}').SqlUser",
        f"import {GOOGLE} as google\nType = getattr(google, 'sql_user').SqlUser",
    ],
)
def test_missing_module_is_imported_in_each_form(built: Path, statement: str) -> None:
    user = "Type(stack, 'user', name='a', instance='b')"
    process = python(built, f"{SYNTH}\n{statement}\nprint({user}.terraform_resource_type)")
    assert (process.stdout, process.stderr) == ("google_sql_user\n", "")


def test_module_of_a_folder_outside_of_the_project_is_imported(built: Path, tmp_path: Path) -> None:
    (tmp_path / "extras.py").write_text(f"from {GOOGLE}.sql_user import SqlUser\n", "utf-8")
    code = f"{SYNTH}\nfrom extras import SqlUser\nprint(SqlUser.TF_RESOURCE_TYPE)"
    process = python(built, code, PYTHONPATH=str(tmp_path))
    assert (process.stdout, process.stderr) == ("google_sql_user\n", "")


def test_missing_module_is_one_for_its_package(built: Path) -> None:
    code = f"""{SYNTH}
import {GOOGLE} as google
from {GOOGLE} import sql_user
from {GOOGLE}.sql_user import SqlUser
assert google.sql_user is sql_user is sys.modules["{GOOGLE}.sql_user"]
assert sql_user.SqlUser is SqlUser
assert {{"sql_user", "compute_network", "pubsub_topic"}} <= set(dir(google))
assert not hasattr(google, "no_such_module")
print([name for name in sys.modules if name.endswith("google._jsii")])
"""
    process = python(built, code)
    assert (process.stdout, process.stderr) == (f"['{GOOGLE}._jsii']\n", "")


def test_two_processes_add_one_module(copy: Path) -> None:
    code = f"{SYNTH}\nfrom {RANDOM}.uuid import Uuid\nprint(Uuid.TF_RESOURCE_TYPE)"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [process.communicate() for process in processes] == [("random_uuid\n", "")] * 2
    package = overlay_of(copy) / manifest.PACKAGES / "node_modules" / f"@{CORE}" / "provider-random"
    assert {entry.name for entry in (package / "lib").iterdir() if entry.name[0] == "."} == set()


@pytest.mark.parametrize("damage", [truncate, empty, garble, link_to_nothing, Path.unlink])
@pytest.mark.parametrize("name", ["types.json", "index.js", "manifest.json"])
def test_damaged_module_is_added_again(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    overlay = tmp_path / "overlay"
    packages = overlay / manifest.PACKAGES / "node_modules"
    (packages / f"@{CORE}" / "provider-random" / "lib").mkdir(parents=True)
    folder = extension.add(overlay, RANDOM, "pet")
    content = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(content) == {"index.js", "types.json", "manifest.json"}
    damage(folder / name)
    assert extension.add(overlay, RANDOM, "pet") == folder
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == content


@pytest.mark.parametrize("value", ["no-pipeline", "unwritable"])
def test_module_that_cannot_be_added_names_what_to_do(copy: Path, value: str) -> None:
    if value == "unwritable":
        lock = copy / ".cache" / "bindings" / ".lock"
        lock.unlink()
        lock.mkdir()
    process = python(
        copy,
        f"{SYNTH}\nfrom {RANDOM}.integer import Integer",
        GRID_BINDINGS="no-pipeline" if value == "no-pipeline" else "",
    )
    message = process.stderr.splitlines()[-1]
    assert process.returncode == 1
    assert message.startswith(f"ImportError: {RANDOM}.integer is not in the overlay, and cannot be")
    assert "Name it in an import statement" in message
    assert message.endswith("or set GRID_BINDINGS=stock")


def test_misspelled_module_gets_a_suggestion() -> None:
    with pytest.raises(ImportError, match=r'no module compute_netwrok\. .*"compute_network"\?$'):
        MissingModuleFinder.find_spec(f"{GOOGLE}.compute_netwrok")
    with pytest.raises(AttributeError, match="has no attribute 'compute_netwrok'"):
        import_module(GOOGLE, "compute_netwrok")


def test_modules_of_other_packages_are_left_to_other_finders() -> None:
    for name in ("os.nothing", GOOGLE, f"{GOOGLE}.sql_user.user", f"{PREFIX}null.resource"):
        assert MissingModuleFinder.find_spec(name) is None


def test_list_has_the_modules_of_the_installed_package() -> None:
    modules = list_modules(RANDOM)
    assert {"bytes", "pet", "provider", "string_resource"} < set(modules)
    assert "_jsii" not in modules
