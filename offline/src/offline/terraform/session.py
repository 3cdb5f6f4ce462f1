"""One offline Google: world, state bucket, providers and Terraform's core, while a block lasts."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from offline.bucket import server as bucket
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.environ import harmless_environ
from offline.schema.bindings import has_bindings
from offline.schema.scan import Types, types_of_directory, types_of_states
from offline.serve.served import Served
from offline.terraform.processes import SessionBusyError, lock_folder
from offline.terraform.requirements import aliases, is_mentioned
from offline.terraform.running import Runner, TerraformError
from offline.terraform.sources import Sources
from offline.utility_providers import served

if TYPE_CHECKING:
    from offline.protocol.contract import Provider
    from offline.serve.server import Allow

__all__ = ["Offline", "SessionBusyError", "TerraformError"]

PROVIDERS = ("google", "google-beta", "random")
KEPT = "provider"
"""File in the folder of a world: which provider made it (offline.terraform.choice)."""


class Offline(Runner):
    """An offline Google as a context manager.

    `folder` keeps world and state between sessions and belongs to one process at a time; without it
    both are in memory. `providers` are those to serve, without them Terraform gets a state bucket
    only. `types` are the names of the types to serve; None serves what each directory needs
    (offline.schema.scan). `state_buckets` are created at the start; every other bucket is created
    when it is first asked for, unless `create_buckets` is false: then there are only those that
    Terraform made. `allow` decides about requests over HTTP (offline.serve.access).

    Raises:
        SessionBusyError: another process holds the folder.
        offline.terraform.core.CoreNotFoundError: there is no Terraform, from the first command.
    """

    fake_cloud: FakeCloud
    bucket: bucket.Endpoint
    served: Served

    def __init__(
        self,
        folder: Path | None = None,
        providers: Iterable[str] = PROVIDERS,
        types: Iterable[str] | None = None,
        *,
        quotas: Quotas | None = None,
        state_buckets: Iterable[str] = (),
        create_buckets: bool = True,
        allow: Allow | None = None,
    ) -> None:
        self.folder = folder
        self.quotas = quotas or Quotas()
        self._providers = tuple(providers)
        self._fixed = None if types is None else Types(frozenset(types), frozenset(types))
        self._buckets, self._create = tuple(state_buckets), create_buckets
        self._allow = allow
        self.sources = Sources()
        self._served: Types | None = None
        self._names: set[str] = set()
        self._reattach = ""
        self._open = ExitStack()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            kept = self.folder
            if kept is not None:
                starting.enter_context(lock_folder(kept))
            self.fake_cloud = FakeCloud(kept and kept / "world")
            store = bucket.Store(
                kept and kept / "bucket",
                self._buckets,
                create=self._create,
                elsewhere=self._has_bucket,
            )
            self.served = Served(kept, store, self._allow)
            starting.callback(self.served.close)
            self.bucket = starting.enter_context(bucket.serve(store))
            scratch = starting.enter_context(tempfile.TemporaryDirectory(prefix="offline-"))
            self._scratch = Path(scratch)
            self._open = starting.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def serve(self, port: int = 0) -> str:
        """Serve Google's REST APIs until the session ends, and return their address.

        Clients over HTTP see and change what the providers do (`offline.serve.endpoints` has the
        variables that lead them there). Port 0 takes a free one; a second call changes nothing.
        State buckets are buckets of these APIs too.

        Raises:
            OSError: the port cannot be used.
        """
        return self.served.listen(port)

    def environ(self, chdir: Path | None = None) -> dict[str, str]:
        """Return the variables of a Terraform process (see Runner)."""
        environ = harmless_environ() | {
            "STORAGE_EMULATOR_HOST": self.bucket.url,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(self._write_config((chdir or Path.cwd()).resolve())),
            "TF_IN_AUTOMATION": "1",
        }
        environ.setdefault("GOGC", "400")  # a fifth of Terraform's time is Go's garbage collector
        if self._providers:
            environ["TF_REATTACH_PROVIDERS"] = self._serve(chdir or Path.cwd())
        return environ

    def hint(self, chdir: Path) -> str:
        """Return what may be behind unknown types and arguments; empty where nothing is."""
        is_partly = is_mentioned("google-beta", chdir) and not has_bindings("google-beta")
        if "google-beta" not in self._providers or not is_partly:
            return ""
        return (
            "google-beta has google's types and arguments here: those of google-beta alone are in "
            "the package cdktf-cdktf-provider-google-beta, which is not installed\n"
            'help: pip install "offline-google[beta]"'
        )

    def _write_config(self, directory: Path) -> Path:
        """Return a configuration of Terraform's CLI: the user's, with what a directory needs."""
        text = self.sources.config(directory)
        if isinstance(text, Path):
            return text
        file = self._scratch / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.tfrc"
        if not file.exists():
            file.write_text(text, "utf-8")
        return file

    def _has_bucket(self, name: str) -> bool:
        in_cloud = self.fake_cloud.get("google_storage_bucket", name) is not None
        return in_cloud or ("storage", f"b/{name}") in self.served.store.resources

    def _serve(self, directory: Path) -> str:
        """Return how to reach providers that serve what a directory needs.

        Types are only ever added. Providers that serve fewer stay until the end, since a command
        may use them.
        """
        with self._lock:
            self.fake_cloud.directory = directory
            result = self._fixed or self._needed(directory)
            names = {*self._providers, *self.utilities(directory, result)}
            if self._served is None or not (result <= self._served and names <= self._names):
                self._served = result | (self._served or Types())
                self._names |= names
                self._reattach = self._open.enter_context(self._start(self._served))
            reached = json.loads(self._reattach)
            return with_aliases(
                {f"hashicorp/{name}": reached[f"hashicorp/{name}"] for name in names}, directory
            )

    def utilities(self, directory: Path, types: Types | None = None) -> list[str]:
        """Return the utility providers that are served to a directory: its user has none."""
        types = types or self._needed(directory)
        used = {type_.partition("_")[0] for type_ in types.resources | types.data_sources}
        return self.sources.utilities(directory, used & served())

    def _needed(self, directory: Path) -> Types:
        data = directory / os.environ.get("TF_DATA_DIR", ".terraform")
        store = self.bucket.store
        states = (
            store.read(bucket, name).decode("utf-8", "replace")
            for bucket in store.buckets()
            for name in store.names(bucket)
            if name.endswith(".tfstate")
        )
        applied = Types(frozenset(self.fake_cloud.resources))
        return types_of_directory(directory, data) | types_of_states(states) | applied

    @contextmanager
    def _start(self, types: Types) -> Iterator[str]:
        # Imported where they are needed: gRPC alone takes a tenth of a second, and a session
        # without providers has no use for it.
        from offline.protocol.server import serve  # noqa: PLC0415
        from offline.providers import providers  # noqa: PLC0415

        served = providers(
            self.fake_cloud,
            self.quotas,
            resources=types.resources,
            data_sources=types.data_sources,
            names=sorted(self._names),
            served=self.served,
        )
        with serve(served) as reattach:
            if "google" in self._providers and any(map(_is_google, types.resources)):
                threading.Thread(target=_make, args=(served["hashicorp/google"],)).start()
            yield reattach


def with_aliases(reached: dict[str, Any], directory: Path) -> str:
    """Return TF_REATTACH_PROVIDERS, with the addresses of other hosts in a directory."""
    known = [(source, name) for source, name in aliases(directory) if name in reached]
    return json.dumps(reached | {source: reached[name] for source, name in known})


def _is_google(type_: str) -> bool:
    return type_.startswith("google_")


def _make(provider: Provider) -> None:
    """Make a provider while Terraform starts; its first call says what is wrong with it."""
    with suppress(Exception):
        _ = provider.schemas
