"""`grid deploy` asks an operator who can answer."""

import pytest

from offline.serve.apis.run import HELLO
from tests.operations.commandline import Grid
from tests.operations.platform import LocalGoogle
from tests.operations.releases import everywhere, image, push, served

ONE = image("1")
DEPLOY = ("deploy", "test", f"--image=api={ONE}", "--json")


@pytest.mark.parametrize(
    ("answer", "options", "code"),
    [("n", (), 4), ("", (), 4), ("y", (), 0), ("Yes", (), 0), ("n", ("--yes",), 0)],
)
def test_deploy_asks_operator(
    grid: Grid, cloud: LocalGoogle, answer: str, options: tuple[str, ...], code: int
) -> None:
    push(cloud, ONE)
    grid.answers = [answer]
    result = grid(*DEPLOY, *options)
    assert result.code == code
    assert ("give --yes" in result.json.get("advice", "")) is bool(code)
    assert (f"api={ONE}" in result.stderr) is not bool(options)
    assert served(cloud) == everywhere(HELLO if code else ONE)
