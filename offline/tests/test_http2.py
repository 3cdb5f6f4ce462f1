"""The server of gRPC, with the client of the package grpcio."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from offline.protocol.http2 import UNIMPLEMENTED, Answer, CallError, Server

SECONDS = 30
TOO_MUCH = 17 << 20
UNLIMITED = [(f"grpc.max_{way}_message_length", -1) for way in ("send", "receive")]


def refuse(_: bytes, __: str) -> bytes:
    raise CallError(9, "größer\nals 5 %")


def crash(_: bytes, __: str) -> bytes:
    raise ValueError("no number")


ANSWERS: dict[str, Answer] = {
    "/test/echo": lambda request, _: request,
    "/test/peer": lambda _, peer: peer.encode(),
    "/test/refuse": refuse,
    "/test/crash": crash,
}


def handle(method: str) -> Answer:
    if method not in ANSWERS:
        raise CallError(UNIMPLEMENTED, f"{method} is not served")
    return ANSWERS[method]


@pytest.fixture(params=[False, True], ids=["in order", "side by side"])
def channel(request: pytest.FixtureRequest) -> Iterator[grpc.Channel]:
    with ThreadPoolExecutor(8) as pool:
        server = Server(handle, pool if request.param else None)
        with grpc.insecure_channel(server.address, UNLIMITED) as channel:
            yield channel
        server.close()


def multicallable(channel: grpc.Channel, kind: str, method: str) -> Any:
    """Return what calls a method with bytes, which grpcio's types do not know."""
    return getattr(channel, kind)(method)


def ask(channel: grpc.Channel, method: str, request: bytes = b"", **options: object) -> bytes:
    unary: Any = channel.unary_unary
    answer: bytes = unary(method)(request, timeout=SECONDS, **options)
    return answer


def test_answers_arrive_when_they_are_larger_than_the_room_of_the_client(
    channel: grpc.Channel,
) -> None:
    message = bytes(range(256)) * (TOO_MUCH // 256)
    assert ask(channel, "/test/echo", message) == message
    assert ask(channel, "/test/echo") == b""


def test_room_of_the_client_is_used_by_the_byte(channel: grpc.Channel) -> None:
    messages = [b"%d" % number * 300 for number in range(400)]
    with ThreadPoolExecutor(10) as pool:
        answers = pool.map(lambda message: ask(channel, "/test/echo", message), messages)
        assert list(answers) == messages


def test_fields_that_need_several_frames_are_read(channel: grpc.Channel) -> None:
    sizes = (10, 3_000, 5_000, 30_000, 10)
    peers = {
        ask(channel, "/test/peer", metadata=[("note", "x" * size), (f"n{size}", "y")])
        for size in sizes
    }
    assert len(peers) == 1, "a connection has one name"


def test_status_and_text_of_a_refusal_reach_the_client(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/refuse")
    assert error.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert error.value.details() == "größer\nals 5 %"


def test_error_in_a_handler_reaches_the_client_and_the_user(
    channel: grpc.Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/crash")
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    assert "no number" in (error.value.details() or "")
    assert "ValueError: no number" in capsys.readouterr().err
    assert ask(channel, "/test/echo", b"next") == b"next"


def test_compressed_message_is_rejected(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/echo", b"a" * 5_000, compression=grpc.Compression.Gzip)
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("kind", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
def test_unknown_call_is_unimplemented_before_the_client_has_ended_it(
    channel: grpc.Channel, kind: str
) -> None:
    is_answered = threading.Event()

    def requests() -> Iterator[bytes]:
        yield b"first"
        is_answered.wait(SECONDS)

    call = multicallable(channel, kind, "/test/unknown")
    request = requests() if kind.startswith("stream") else b"first"
    with pytest.raises(grpc.RpcError) as error:
        list(call(request, timeout=SECONDS))
    is_answered.set()
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert ask(channel, "/test/echo", b"next") == b"next"


def test_first_message_of_a_stream_is_answered(channel: grpc.Channel) -> None:
    is_answered = threading.Event()

    def requests() -> Iterator[bytes]:
        yield b"first"
        is_answered.wait(SECONDS)

    call = multicallable(channel, "stream_stream", "/test/echo")
    assert list(call(requests(), timeout=SECONDS)) == [b"first"]
    is_answered.set()


def test_call_without_a_message_is_an_error(channel: grpc.Channel) -> None:
    call = multicallable(channel, "stream_unary", "/test/echo")
    with pytest.raises(grpc.RpcError) as error:
        call(iter(()), timeout=SECONDS)
    assert error.value.code() is grpc.StatusCode.INTERNAL


def test_other_calls_are_answered_when_the_client_cancels_some(channel: grpc.Channel) -> None:
    call = multicallable(channel, "unary_unary", "/test/echo")
    message = b"x" * (1 << 20)
    futures = [call.future(message, timeout=SECONDS) for _ in range(40)]
    for future in futures[::2]:
        future.cancel()
    assert all(future.result() == message for future in futures[1::2])
    assert ask(channel, "/test/echo", b"next") == b"next"


def test_calls_beyond_the_limit_of_a_connection_wait(channel: grpc.Channel) -> None:
    call = multicallable(channel, "unary_unary", "/test/echo")
    messages = [b"%d" % number * 20_000 for number in range(250)]
    futures = [call.future(message, timeout=SECONDS) for message in messages]
    assert [future.result() for future in futures] == messages


def test_client_gets_an_error_when_the_server_closes_during_its_call() -> None:
    is_called, is_closed = threading.Event(), threading.Event()

    def wait(request: bytes, _: str) -> bytes:
        is_called.set()
        is_closed.wait(SECONDS)
        return request

    server = Server(lambda _: wait)
    with grpc.insecure_channel(server.address) as channel:
        call = multicallable(channel, "unary_unary", "/test/wait")
        future = call.future(b"", timeout=SECONDS)
        assert is_called.wait(SECONDS)
        server.close()
        assert future.exception().code() is grpc.StatusCode.UNAVAILABLE
    is_closed.set()


def exchange(*frames: bytes) -> bytes:
    """Send all that a client has to say, and return what the server sends until it leaves."""
    server = Server(handle)
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), SECONDS) as client:
        client.sendall(b"".join(frames))
        client.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(1 << 16), b""))
    server.close()
    return received


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000 04 00 00000000")
PING = bytes.fromhex("000008 06 00 00000000 0102030405060708")
PONG = bytes.fromhex("000008 06 01 00000000 0102030405060708")
GO_AWAY = bytes.fromhex("000008 07 00 00000000 00000000 00000000")


def test_ping_is_answered() -> None:
    assert PONG in exchange(PREFACE, PING)


def test_client_that_says_goodbye_is_left() -> None:
    assert exchange(PREFACE, GO_AWAY)


@pytest.mark.parametrize(
    "frames",
    [
        PREFACE + bytes.fromhex("000001 01 04 00000001 be"),  # an index of no field
        PREFACE + bytes.fromhex("000001 00 01 00000001 00"),  # data of no call
        PREFACE + bytes.fromhex("004001 06 00 00000000") + bytes(0x4001),  # above the limit
    ],
    ids=["HPACK", "no call", "too large"],
)
def test_client_that_violates_the_protocol_is_told_and_left(frames: bytes) -> None:
    go_away = bytes.fromhex("07 00 00000000")
    assert go_away in exchange(frames)


def test_client_of_another_protocol_is_left() -> None:
    assert b"HTTP/1.1" not in exchange(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
