"""The pipeline's providers: their hashes are in this repository, and Terraform compares them."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from offline.terraform.core import core
from offline.terraform.installed import PLATFORM
from offline.terraform.requirements import REGISTRY
from tests.provider.mirror import configuration
from tests.template import platforms
from tests.workflows.files import GITHUB, ROOT, scripts
from tests.workflows.scripts import BASH

LOCK = ROOT / ".terraform.lock.hcl"


def test_lock_file_has_each_provider_of_the_stacks_in_its_version() -> None:
    locked = re.findall(
        rf'provider "{re.escape(REGISTRY)}/(\S+)" \{{\s+version\s+= "(\S+)"',
        LOCK.read_text("utf-8"),
    )
    for template in platforms().values():
        required = template.document["terraform"]["required_providers"].values()
        assert {(one["source"], one["version"]) for one in required} == set(locked)


def test_lock_file_has_a_hash_of_the_archive_of_each_platform() -> None:
    for block in LOCK.read_text("utf-8").split("\n\n"):
        hashes = re.findall(r'"zh:[0-9a-f]{64}",', block)
        assert len(set(hashes)) == len(hashes) == 12  # of 11 platforms, and of the manifest
        assert block.count('"zh:') == 12
        assert "h1:" not in block


def test_synthesis_copies_lock_file_beside_each_stack(tmp_path: Path) -> None:
    assert "make synth" in scripts(GITHUB / "actions" / "setup" / "action.yml")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [copy] = re.findall(r"^LOCKED = (.+)$", makefile, re.MULTILINE)
    for target in ("synth", "bootstrap"):
        assert re.search(rf"^{target}: .*\n\t@.+\n\t@\$\(LOCKED\)$", makefile, re.MULTILINE)
    shutil.copy(LOCK, tmp_path)
    stacks = [tmp_path / "cdktf.out" / "stacks" / name for name in ("dev", "prod-bootstrap")]
    for stack in stacks:
        stack.mkdir(parents=True)
    environ = {"PATH": os.environ["PATH"]}
    command = [*BASH, copy.replace("$$", "$")]
    subprocess.run(command, cwd=tmp_path, check=True, env=environ)
    for stack in stacks:
        assert (stack / LOCK.name).read_bytes() == LOCK.read_bytes()


@pytest.mark.parametrize("is_known", [True, False])
def test_terraform_refuses_an_archive_with_another_hash(tmp_path: Path, is_known: bool) -> None:
    stack, mirror = tmp_path / "stack", tmp_path / "mirror"
    stack.mkdir()
    required = platforms()["dev"].document["terraform"]["required_providers"]
    document = {"terraform": {"required_providers": required}}
    (stack / "cdk.tf.json").write_text(json.dumps(document), "utf-8")
    lock = LOCK.read_text("utf-8")
    for name, one in required.items():
        folder = mirror / REGISTRY / one["source"]
        folder.mkdir(parents=True)
        archive = folder / f"terraform-provider-{name}_{one['version']}_{PLATFORM}.zip"
        with ZipFile(archive, "w") as file:
            file.writestr(f"terraform-provider-{name}_v{one['version']}", "another provider")
        if is_known:
            digest = hashlib.sha256(archive.read_bytes()).hexdigest()
            lock = re.sub(
                rf'(/{name}" {{.*?hashes = \[\n)', rf'\1    "zh:{digest}",\n', lock, flags=re.DOTALL
            )
    (stack / LOCK.name).write_text(lock, "utf-8")
    settings = tmp_path / "terraform.rc"
    settings.write_text(configuration(mirror), "utf-8")
    done = subprocess.run(
        core().command(["init", "-no-color"]),
        cwd=stack,
        env={"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": str(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == is_known, done.stderr
    assert ("match any of the" in done.stderr) != is_known
