"""A TLS terminator: what comes in over TLS goes to a UNIX socket, as bytes.

The Redis servers that wheels carry are built without TLS. With this in front a client sees what
Memorystore shows it: TLS by a certificate of a private authority, then AUTH by Redis.
"""

import asyncio
import contextlib
import ssl
import sys

CHUNK = 1 << 16


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # Whichever side goes first, the other must see its end and not a silence.
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def serve(port: int, certificate: str, backend: str) -> None:
    """Listen on 127.0.0.1:`port` with the PEM file `certificate`; forward to `backend`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(backend)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    server = await asyncio.start_server(forward, "127.0.0.1", port, ssl=context, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
