"""Answers of Node that are foreseen: errors arrive, and nothing is lost or taken for another."""

import subprocess
import sys

import cdktf
import pytest
from constructs import Construct
from jsii._kernel.types import LoadRequest
from jsii.errors import JSIIError

from bindings.kernel import Pipeline
from tests.template import app


def stack() -> cdktf.TerraformStack:
    return cdktf.TerraformStack(app(), "stack")


def test_an_error_names_the_object_it_is_about() -> None:
    scope = stack()
    Construct(scope, "twice")
    Construct(scope, "twice")
    with pytest.raises(RuntimeError, match=r"^Construct twice: .*already a Construct with name"):
        scope.node.find_all()


def test_after_an_error_answers_belong_to_their_questions() -> None:
    scope = stack()
    Construct(scope, "twice")
    Construct(scope, "twice")
    for number in range(10):
        Construct(scope, f"after-{number}")
    with pytest.raises(RuntimeError, match="twice"):
        scope.node.find_all()
    assert Construct(scope, "next").node.path == "stack/next"
    assert len(scope.node.children) == 12


def test_more_is_told_than_a_pipe_can_hold() -> None:
    scope = stack()
    for number in range(3000):
        Construct(scope, f"construct-with-a-name-that-is-rather-long-{number}")
    assert len(scope.node.children) == 3000


def test_an_object_that_was_not_foreseen_is_noticed() -> None:
    greeting = '{"hello": "@jsii/runtime@0.0.0"}'
    answer = '{"ok": {"$jsii.byref": "constructs.Construct@10007"}}'
    other = [sys.executable, "-c", f"print({greeting!r}); print({answer!r}); input(); input()"]
    pipe = subprocess.PIPE
    pipeline = Pipeline(subprocess.Popen(other, stdin=pipe, stdout=pipe, stderr=pipe))
    pipeline.create("constructs.Construct", [], "Construct one")
    with pytest.raises(JSIIError, match=r"Construct one: .*@10007.*foreseen was .*@10000"):
        pipeline.catch_up()
    pipeline.stop()


def test_a_node_that_ends_is_said() -> None:
    pipe = subprocess.PIPE
    code = [sys.executable, "-c", 'print(\'{"hello": "@jsii/runtime@0.0.0"}\'); input()']
    pipeline = Pipeline(subprocess.Popen(code, stdin=pipe, stdout=pipe, stderr=pipe))
    pipeline.create("constructs.Construct", [], "Construct one")
    with pytest.raises(JSIIError, match="Node has ended"):
        pipeline.catch_up()


def test_node_is_told_once_to_load_a_package() -> None:
    pipe = subprocess.PIPE
    code = 'print(\'{"hello": "@jsii/runtime@0.0.0"}\'); print(\'{"ok": {}}\'); input(); input()'
    process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)
    pipeline = Pipeline(process)
    request = LoadRequest(name="constructs", version="1.0.0", tarball="constructs.tgz")
    pipeline.load([request])
    assert pipeline.send(request, None).assembly == "constructs"
    pipeline.catch_up()  # waits for one answer: there is no other
    pipeline.stop()


def test_a_package_that_cannot_be_loaded_is_named() -> None:
    pipe = subprocess.PIPE
    error = '{"error": "no such file", "stack": "", "name": "Error"}'
    code = f'print(\'{{"hello": "@jsii/runtime@0.0.0"}}\'); print({error!r}); input(); input()'
    process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)
    pipeline = Pipeline(process)
    pipeline.load([LoadRequest(name="constructs", version="1.0.0", tarball="constructs.tgz")])
    with pytest.raises(RuntimeError, match=r"^load constructs: no such file"):
        pipeline.catch_up()
    pipeline.stop()
