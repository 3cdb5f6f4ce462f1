"""Serve providers to Terraform over gRPC, as a process that Terraform attaches to instead of
starting its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import ExitStack, contextmanager
from typing import Any

import grpc

from offline.protocol.contract import Provider
from offline.protocol.messages import Message, message_class
from offline.protocol.service import CALLS, Service, message_name

_PROTOCOL = 5
_THREADS = 16  # Terraform works on ten resources at a time
OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)


@contextmanager
def serve(providers: Mapping[str, Provider]) -> Iterator[str]:
    """Serve providers by address ("hashicorp/google"); yield
    TF_REATTACH_PROVIDERS.

    Each listens on a port of its own on 127.0.0.1: over a Unix socket gRPC gives all connections
    one name, and aliases of a provider are told apart by their connection. Terraform kills the
    process that the variable names when the port does not answer (go-plugin 1.6), so a child that
    does nothing is named and not this process.
    """
    with ExitStack() as stack:
        named = stack.enter_context(decoy())
        reattach = {}
        for address, provider in providers.items():
            server, port = _start(provider)
            stack.callback(_stop, server)
            reattach[address] = {
                "Protocol": "grpc",
                "ProtocolVersion": _PROTOCOL,
                "Pid": named,
                "Test": True,  # Terraform must not shut it down: it serves the next command too
                "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
            }
        yield json.dumps(reattach)


def _start(provider: Provider) -> tuple[grpc.Server, int]:
    """Start a server; the caller keeps it, for an unreferenced one stops."""
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS), options=OPTIONS)
    server.add_generic_rpc_handlers((_provider_handler(Service(provider)), *plugin_handlers()))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _stop(server: grpc.Server) -> None:
    server.stop(grace=0).wait()


def _provider_handler(service: Service) -> grpc.GenericRpcHandler[Any, Any]:
    def one(call: str) -> grpc.RpcMethodHandler[Any, Any]:
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: service.call(call, request, context.peer()),
            request_deserializer=message_class(f"{message_name(call)}.Request").decode,
            response_serializer=Message.encode,
        )

    return grpc.method_handlers_generic_handler("tfplugin5.Provider", {c: one(c) for c in CALLS})


def plugin_handlers() -> Iterator[grpc.GenericRpcHandler[Any, Any]]:
    """Answer what go-plugin asks of any plugin: to shut down (not this one), and for its standard
    output (none).
    """
    empty = message_class("Empty")
    shutdown = grpc.unary_unary_rpc_method_handler(
        lambda _request, _context: empty(), empty.decode, Message.encode
    )
    stream = grpc.unary_stream_rpc_method_handler(
        lambda _request, _context: iter(()), empty.decode, Message.encode
    )
    yield grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": shutdown})
    yield grpc.method_handlers_generic_handler("plugin.GRPCStdio", {"StreamStdio": stream})


@contextmanager
def decoy() -> Iterator[int]:
    """Run a process that only waits for its end of a pipe: it goes when this process goes, however
    that ends.
    """
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        yield process.pid
    finally:
        process.kill()
        process.communicate()
