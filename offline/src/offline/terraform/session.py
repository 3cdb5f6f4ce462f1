"""One offline Google: world, state bucket, providers and Terraform's core, while a block lasts."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from offline.bucket import server as bucket
from offline.cloud.fake_cloud import FakeCloud
from offline.cloud.quotas import Quotas
from offline.schema.scan import Types, types_of_directory, types_of_states
from offline.serve.served import Served
from offline.terraform.core import Core, core
from offline.terraform.processes import SessionBusyError, forward_signals, lock_folder

__all__ = ["Offline", "SessionBusyError", "TerraformError"]

PROVIDERS = ("google", "google-beta", "random")

# Whose environment would reach the real Google, or tell Terraform to look elsewhere.
_CREDENTIALS = re.compile(
    r"(?:GOOGLE|GCLOUD|CLOUDSDK)_.*"
    r"|TERRAFORM_CONFIG|TF_PLUGIN_CACHE_DIR|TF_REATTACH_PROVIDERS"
)
_HARMLESS = re.compile(r"(?:GOOGLE|GCLOUD|CLOUDSDK)_(?:\w+_)?(?:PROJECT|REGION|ZONE)")


class TerraformError(subprocess.CalledProcessError):
    """A captured Terraform command failed; as text it ends with what Terraform said."""

    def __str__(self) -> str:
        result = (self.stderr or "").strip() or (self.stdout or "").strip()
        return f"terraform {' '.join(self.cmd)} ended with {self.returncode}:\n{result[-8000:]}"


class Offline:
    """An offline Google as a context manager.

    `folder` keeps world and state between sessions and belongs to one process at a time; without it
    both are in memory. `providers` are those to serve, without them Terraform gets a state bucket
    only. `types` are the names of the types to serve; None serves what each directory needs
    (offline.schema.scan). `state_buckets` are created at the start; every other bucket is created
    when it is first asked for, unless `create_buckets` is false: then there are only those that
    Terraform made.

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
    ) -> None:
        self.folder = folder
        self.quotas = quotas or Quotas()
        self._providers = tuple(providers)
        self._fixed = None if types is None else Types(frozenset(types), frozenset(types))
        self._buckets, self._create = tuple(state_buckets), create_buckets
        self._core: Core | None = None
        self._served: Types | None = None
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
            self.served = Served(kept, store)
            starting.callback(self.served.close)
            self.bucket = starting.enter_context(bucket.serve(store))
            scratch = starting.enter_context(tempfile.TemporaryDirectory(prefix="offline-"))
            self._config = Path(scratch, "terraform.rc")
            self._config.touch()
            self._open = starting.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    @property
    def core(self) -> Core:
        """The Terraform that runs the commands."""
        if self._core is None:
            self._core = core()
        return self._core

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
        """Return the variables of a Terraform process.

        Everything of this process's environment is in it, without what leads to the real Google.
        `chdir` is where Terraform works, the current folder without it: the providers then serve
        what that needs.
        """
        environ = {
            name: value
            for name, value in os.environ.items()
            if not _CREDENTIALS.fullmatch(name) or _HARMLESS.fullmatch(name)
        }
        environ |= {
            "STORAGE_EMULATOR_HOST": self.bucket.url,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(self._config),
            "TF_IN_AUTOMATION": "1",
        }
        environ.setdefault("GOGC", "400")  # a fifth of Terraform's time is Go's garbage collector
        if self._providers:
            environ["TF_REATTACH_PROVIDERS"] = self._serve(chdir or Path.cwd())
        return environ

    def terraform(
        self,
        *args: str,
        chdir: Path,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        log: IO[str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one command in a directory and return its output, without colours.

        Terraform asks nothing unless `stdin` has the answers. `env` is added to the environment.
        With `log` both streams go there while it runs, and the result has none.

        Raises:
            TerraformError: it failed and `check` is true.
        """
        environ = {"TF_INPUT": "0", "TF_CLI_ARGS": "-no-color"} if stdin is None else {}
        done = subprocess.run(  # noqa: S603
            self.core.command(args),
            cwd=chdir,
            env={**self.environ(chdir), **environ, **(env or {})},
            input=stdin or "",
            stdout=log or subprocess.PIPE,
            stderr=subprocess.STDOUT if log else subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if check and done.returncode:
            raise TerraformError(done.returncode, list(args), done.stdout, done.stderr)
        return done

    def interactive(self, args: Iterable[str], *, chdir: Path) -> int:
        """Run Terraform with this process's streams.

        `chdir` is where it will work: the providers then serve what that needs. Ctrl-C reaches
        Terraform from the terminal, SIGTERM and SIGHUP are passed on, and this process stays until
        Terraform has ended: it serves the providers. Returns the exit code, 128 + n for death by
        signal n.
        """
        command = self.core.command(list(args))
        process = subprocess.Popen(command, env=self.environ(chdir))  # noqa: S603
        with process, forward_signals(process):
            code = process.wait()
        return code if code >= 0 else 128 - code

    def _has_bucket(self, name: str) -> bool:
        in_cloud = self.fake_cloud.get("google_storage_bucket", name) is not None
        return in_cloud or ("storage", f"b/{name}") in self.served.store.resources

    def _serve(self, directory: Path) -> str:
        """Return how to reach providers that serve what a directory needs.

        Types are only ever added. Providers that serve fewer stay until the end, since a command
        may use them.
        """
        with self._lock:
            result = self._fixed or self._needed(directory)
            if self._served is None or not result <= self._served:
                self._served = result | (self._served or Types())
                self._reattach = self._open.enter_context(self._start(self._served))
            return self._reattach

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
            names=self._providers,
        )
        with serve(served) as reattach:
            yield reattach
