"""Test that the benchmark attributes requests to cache levels."""

import asyncio

from benchmarks.api.load import HEALTH, Load, Users, generate_load


async def measured(users: Users, *, turns: int, away: str) -> Load:
    """Ask a server that answers 503 to one path."""
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(asyncio.current_task())
        while line := (await reader.read(1000)).split(b"\r\n", 1)[0].decode():
            status = 503 if f" {away} " in line else 200
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok".encode())
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        load = await generate_load(port, users, rate=10, count=turns * len(users.paths))
        await asyncio.gather(*filter(None, connections))
    return load


def test_load_counts_requests_and_errors_by_level() -> None:
    users = Users(["/1", "/2", HEALTH, "/3", "/4"], frozenset({"/1", "/2"}))
    load = asyncio.run(measured(users, turns=3, away="/4"))
    seen = {kind: (reads.requests, reads.errors) for kind, reads in load.reads.items()}
    # /4 is never answered, so it comes to be in no memory; one read of /3 from PostgreSQL.
    assert seen == {
        "all": (12, 3),
        "cached": (8, 0),
        "L1": (6, 0),
        "L2": (2, 0),
        "PostgreSQL": (4, 3),
        HEALTH: (3, 0),
    }
