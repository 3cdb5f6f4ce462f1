"""An environment whose alerts and dashboards are split applies, in a project with enough quota."""

from pathlib import Path

import pytest

from offline.cloud.quotas import Quotas
from offline.terraform.session import Offline
from tests.sizes.environments import LONGEST_SERVICE, Size, synthesized
from tests.terraform.workspace import Workspace

SPLIT = Size(61, name_characters=LONGEST_SERVICE, values=61)


@pytest.mark.slow
def test_split_environment_applies_and_converges(tmp_path: Path) -> None:
    template = synthesized((SPLIT,))[SPLIT.name]
    with Offline(quotas=Quotas({"backend_services": SPLIT.services})) as cloud:
        workspace = Workspace(cloud, tmp_path / "stack")
        workspace.write(template)
        workspace.run("init")
        workspace.apply()
        assert workspace.is_unchanged()
