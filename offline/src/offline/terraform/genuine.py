"""The genuine provider in front of a served Google, for any Terraform directory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from offline.environ import harmless_environ
from offline.serve import endpoints
from offline.terraform.installed import Installed
from offline.terraform.requirements import is_mentioned
from offline.terraform.session import Offline, with_aliases
from offline.terraform.sources import ProviderNotFoundError, Sources

if TYPE_CHECKING:
    from offline.serve.server import Allow

PROVIDERS = ("google", "google-beta")
OWNER = "owner@example.com"


class Genuine(Offline):
    """An offline Google whose google and google-beta are the genuine providers.

    `mirror` is the filesystem mirror to take them from; without it they are taken from where
    Terraform finds providers (offline.terraform.sources). `caller` is who the provider is: it may
    be changed between commands, and counts when `allow` enforces IAM. The other arguments are those
    of Offline. `hashicorp/random` is the embedded one. The providers run until the block ends.

    Raises:
        SessionBusyError: another process holds the folder.
        ProviderNotFoundError: no genuine provider can be had, from the first command.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        mirror: Path | None = None,
        caller: str = OWNER,
        allow: Allow | None = None,
        state_buckets: Iterable[str] = (),
        create_buckets: bool = True,
    ) -> None:
        super().__init__(
            folder,
            providers=["random"],
            state_buckets=state_buckets,
            create_buckets=create_buckets,
            allow=allow,
        )
        self.caller = caller
        self.sources = Sources(mirror)
        from offline.terraform.plugins import Plugins  # noqa: PLC0415 (embedded ones do without)

        self._plugins = Plugins()
        self._addresses: dict[tuple[object, ...], str] = {}

    def environ(self, chdir: Path | None = None) -> dict[str, str]:
        """Return the variables of a Terraform process (see Runner).

        Raises:
            ProviderNotFoundError: the directory's providers cannot be had.
        """
        environ = super().environ(chdir)
        directory = (chdir or Path.cwd()).resolve()
        reattach = json.loads(environ["TF_REATTACH_PROVIDERS"])
        for name, installed in self.installed(directory).items():
            address = {"Network": "tcp", "String": self._plugin(name, installed, directory)}
            reattach[f"hashicorp/{name}"] = {**reattach["hashicorp/random"], "Addr": address}
        return environ | {"TF_REATTACH_PROVIDERS": with_aliases(reattach, directory)}

    def installed(self, chdir: Path, *, downloads: bool = False) -> Mapping[str, Installed]:
        """Return the providers that a directory gets, by name.

        One that it does not mention may be missing. With `downloads`, Terraform gets one that this
        machine does not have from the registry.

        Raises:
            ProviderNotFoundError: one that it mentions cannot be had.
        """
        result = {}
        for name in PROVIDERS:
            is_needed = is_mentioned(name, chdir)
            try:
                result[name] = self.sources.find(name, chdir)
            except ProviderNotFoundError as error:
                if is_needed and downloads:
                    self.sources.download(name, chdir, self.core, error)
                    result[name] = self.sources.find(name, chdir)
                elif is_needed:
                    raise
        return result

    def describe(self, chdir: Path, *, downloads: bool = False) -> str:
        """Say in a line which providers a directory gets, and from where.

        Raises:
            ProviderNotFoundError: one that it mentions cannot be had.
        """
        parts = []
        for name, one in self.installed(chdir, downloads=downloads).items():
            if is_mentioned(name, chdir):
                other = self.sources.unmet(name, chdir, one.version)
                note = f" although the directory requires {other}" if other else ""
                parts.append(f"hashicorp/{name} {one.text}{note} from {one.root}")
        return ", ".join(parts)

    def _plugin(self, name: str, installed: Installed, directory: Path) -> str:
        """Return the address of a provider that runs in a directory, for the caller of now."""
        from offline.serve.https import authority  # noqa: PLC0415 (with the APIs, when needed)

        environ = {
            **harmless_environ(),
            **endpoints.provider(self.serve(), name),
            "GOOGLE_OAUTH_ACCESS_TOKEN": self.caller,
            # What no endpoint leads to the served Google: addresses in the provider's code, tokens.
            "HTTPS_PROXY": self.serve(),
            "NO_PROXY": "127.0.0.1,localhost",
            "SSL_CERT_FILE": str(authority().file),
        }
        environ.pop("https_proxy", None)
        environ.setdefault("GOGC", "400")
        key = (installed, directory, *sorted(environ.items()))
        with self._lock:
            if key not in self._addresses:
                served = self._plugins.serve(installed.program, directory, environ)
                self._addresses[key] = self._open.enter_context(served)
            return self._addresses[key]
