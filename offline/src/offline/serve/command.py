"""The commands `offline serve` and `offline env`."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from offline.problems import CommandError
from offline.serve import endpoints

DEFAULT_PORT = 8085
_KINDS = {"gcloud": endpoints.gcloud, "provider": endpoints.provider}


Lock = Callable[[Path], AbstractContextManager[None]]


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser], lock: Lock) -> None:
    """Add both commands to a parser; `lock` holds a folder for this process."""
    serve = commands.add_parser("serve", help="serve Google's REST APIs on this machine")
    serve.add_argument(
        "--port",
        type=_port,
        metavar="PORT",
        default=DEFAULT_PORT,
        help="0 for a free one (default: %(default)s)",
    )
    serve.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep everything here (default: in memory)"
    )
    serve.add_argument(
        "--iam",
        action="store_true",
        help="enforce IAM: a bearer token is the e-mail address of its caller",
    )
    serve.set_defaults(run=partial(_serve, lock))
    environment = commands.add_parser(
        "env", help="print the variables that lead a client to the served Google"
    )
    environment.add_argument("client", choices=sorted(_KINDS))
    environment.add_argument("--url", default=f"http://127.0.0.1:{DEFAULT_PORT}")
    environment.set_defaults(run=_env)


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(
            f"{text} is not a port\nExpected: an integer from 0 to 65535\nActual: {text}"
        )
    return int(text)


def _env(args: argparse.Namespace) -> int:
    for name, value in _KINDS[args.client](args.url.rstrip("/")).items():
        print(f"export {name}={value}")
    return 0


def _serve(lock: Lock, args: argparse.Namespace) -> int:
    """Serve until a signal ends it; then report requests that did not fit."""
    # The discovery documents and their client take a second: other commands do without.
    from offline.serve.access import Access  # noqa: PLC0415
    from offline.serve.google import Google  # noqa: PLC0415
    from offline.serve.listener import serve  # noqa: PLC0415

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    allow = Access() if args.iam else None
    try:
        with (
            lock(args.data_dir) if args.data_dir else nullcontext(),
            serve(Google(args.data_dir), port=args.port, allow=allow) as server,
        ):
            kept = args.data_dir or "memory"
            print(f"Google's APIs on {server.url}, kept in {kept}. Ctrl-C ends it.", flush=True)
            print(f'Terraform: eval "$(offline env provider --url {server.url})"', flush=True)
            print(f'gcloud:    eval "$(offline env gcloud --url {server.url})"', flush=True)
            ended.wait()
            for kind in ("rejected", "denied", "mistakes"):
                for text in getattr(server, kind):
                    print(f"{kind}: {text}", file=sys.stderr)
    except OSError as error:
        what, option = f"Port {args.port}", "port: --port"
        if error.filename:
            what, option = f"Path {error.filename}", "folder: --data-dir"
        raise CommandError(
            f"{what} cannot be used",
            error.strerror or str(error),
            advice=f"Choose another {option}",
        ) from error
    return 0
