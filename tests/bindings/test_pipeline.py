"""Predicted responses of Node: errors arrive, and no response is lost or confused."""

import subprocess
import sys

import cdktf
import pytest
from constructs import Construct
from jsii._kernel.types import LoadRequest
from jsii.errors import JSIIError

from bindings.pipeline import Pipeline
from tests.template import app


def stack() -> cdktf.TerraformStack:
    return cdktf.TerraformStack(app(), "stack")


def test_error_names_its_object() -> None:
    scope = stack()
    Construct(scope, "twice")
    Construct(scope, "twice")
    with pytest.raises(RuntimeError, match=r"^Construct twice: .*already a Construct with name"):
        scope.node.find_all()


def test_responses_match_requests_after_an_error() -> None:
    scope = stack()
    Construct(scope, "twice")
    Construct(scope, "twice")
    for number in range(10):
        Construct(scope, f"after-{number}")
    with pytest.raises(RuntimeError, match="twice"):
        scope.node.find_all()
    assert Construct(scope, "next").node.path == "stack/next"
    assert len(scope.node.children) == 12


def test_requests_succeed_when_responses_exceed_the_pipe() -> None:
    scope = stack()
    for number in range(3000):
        Construct(scope, f"construct-with-a-name-that-is-rather-long-{number}")
    assert len(scope.node.children) == 3000


def test_unpredicted_object_is_an_error() -> None:
    greeting = '{"hello": "@jsii/runtime@0.0.0"}'
    response = '{"ok": {"$jsii.byref": "constructs.Construct@10007"}}'
    program = [sys.executable, "-c", f"print({greeting!r}); print({response!r}); input(); input()"]
    pipe = subprocess.PIPE
    pipeline = Pipeline(subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe))
    pipeline.create("constructs.Construct", [], "Construct one")
    with pytest.raises(JSIIError, match=r"Construct one: .*@10007.*expected .*@10000"):
        pipeline.catch_up()
    pipeline.stop()


def test_exit_of_node_is_an_error() -> None:
    pipe = subprocess.PIPE
    code = [sys.executable, "-c", 'print(\'{"hello": "@jsii/runtime@0.0.0"}\'); input()']
    pipeline = Pipeline(subprocess.Popen(code, stdin=pipe, stdout=pipe, stderr=pipe))
    pipeline.create("constructs.Construct", [], "Construct one")
    with pytest.raises(JSIIError, match="Node has exited"):
        pipeline.catch_up()


def test_package_is_loaded_once() -> None:
    pipe = subprocess.PIPE
    code = 'print(\'{"hello": "@jsii/runtime@0.0.0"}\'); print(\'{"ok": {}}\'); input(); input()'
    process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)
    pipeline = Pipeline(process)
    request = LoadRequest(name="constructs", version="1.0.0", tarball="constructs.tgz")
    pipeline.load([request])
    assert pipeline.send(request, None).assembly == "constructs"
    pipeline.catch_up()  # waits for one response: there is no other
    pipeline.stop()


def test_error_names_the_package_that_cannot_be_loaded() -> None:
    pipe = subprocess.PIPE
    error = '{"error": "no such file", "stack": "", "name": "Error"}'
    code = f'print(\'{{"hello": "@jsii/runtime@0.0.0"}}\'); print({error!r}); input(); input()'
    process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe)
    pipeline = Pipeline(process)
    pipeline.load([LoadRequest(name="constructs", version="1.0.0", tarball="constructs.tgz")])
    with pytest.raises(RuntimeError, match=r"^load constructs: no such file"):
        pipeline.catch_up()
    pipeline.stop()
