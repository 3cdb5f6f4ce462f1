"""Serve providers to Terraform over gRPC, as a process that Terraform attaches to instead of
starting its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

from offline.protocol.contract import Provider
from offline.protocol.http2 import INTERNAL, UNIMPLEMENTED, Answer, CallError, Server
from offline.protocol.messages import message_class
from offline.protocol.service import CALLS, Service, message_name

PROVIDER = "/tfplugin5.Provider/"
_PROTOCOL = 5


@contextmanager
def serve(providers: Mapping[str, Provider]) -> Iterator[str]:
    """Serve providers by address ("hashicorp/google"), and yield TF_REATTACH_PROVIDERS.

    Each provider listens on its own port of 127.0.0.1. Aliases of a provider are distinguished by
    their connection, and over a Unix socket all connections have the same name. Terraform kills
    the process that the variable names if the port does not answer (go-plugin 1.6). Therefore, the
    variable names an idle child process.
    """
    with ExitStack() as stack:
        named = stack.enter_context(decoy())
        reattach = {}
        for address, provider in providers.items():
            server = Server(partial(_find, Service(provider)))
            stack.callback(server.close)
            reattach[address] = {
                "Protocol": "grpc",
                "ProtocolVersion": _PROTOCOL,
                "Pid": named,
                "Test": True,  # Terraform must not shut it down: it serves the next command too
                "Addr": {"Network": "tcp", "String": server.address},
            }
        yield json.dumps(reattach)


def _find(service: Service, method: str) -> Answer:
    call = method.removeprefix(PROVIDER)
    return partial(_call, service, call) if call in CALLS else find_plugin_call(method)


def _call(service: Service, call: str, request: bytes, peer: str) -> bytes:
    try:
        read = message_class(f"{message_name(call)}.Request").decode(request)
    except (LookupError, ValueError) as error:
        raise CallError(INTERNAL, f"The request of {call} cannot be read: {error}") from None
    answer: bytes = service.call(call, read, peer).encode()
    return answer


def find_plugin_call(method: str) -> Answer:
    """Return what answers the calls of go-plugin to any plugin: to shut down (not this one), and
    for its standard output (none).

    Raises:
        CallError: it is another call.
    """
    if method == "/plugin.GRPCController/Shutdown":
        return lambda *_: b""
    if method == "/plugin.GRPCStdio/StreamStdio":
        return lambda *_: None
    raise CallError(UNIMPLEMENTED, f"{method} is not served")


@contextmanager
def decoy() -> Iterator[int]:
    """Run a process that only waits for its end of a pipe: it goes when this process goes, however
    that ends.
    """
    cat = shutil.which("cat")  # starts ten times as fast as Python
    waiting = [cat] if cat else [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    process = subprocess.Popen(waiting, stdin=subprocess.PIPE)  # noqa: S603
    try:
        yield process.pid
    finally:
        process.kill()
        process.communicate()
